import Balancer

/// How a trace with contents is made smaller.
public struct Thinning: Equatable, Sendable {
    /// Prompts, and their blocks, are divided by this.
    public var divisor = 1
    /// One session in this many is kept: all the requests whose prompts have the same first block beyond those that most
    /// requests share.
    public var oneSessionIn = 1

    /// As it stands, unless said.
    public init(divisor: Int = 1, oneSessionIn: Int = 1) {
        self.divisor = divisor
        self.oneSessionIn = oneSessionIn
    }
}

/// Mooncake's traces: a JSON object per line, `{"timestamp": ms, "input_length": …, "output_length": …, "hash_ids":
/// […]}`, where each id stands for a block of 512 tokens together with all before it.
///
/// Qin et al., "Mooncake: trading more storage for less computation", FAST 2025; the files are in
/// github.com/kvcache-ai/Mooncake.
enum MooncakeTrace {
    /// Tokens per id in the files.
    private static let fileBlock = 512

    static func read(_ text: String, _ thinning: Thinning) throws(TraceFault) -> [SimulatedRequest] {
        var requests: [SimulatedRequest] = []
        var sessions: [[UInt64]] = []
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(line).trimmed
            if line.isEmpty { continue }
            guard let members = JSONLine.object(line) else {
                throw TraceFault(line: number, message: "is no JSON object")
            }
            guard case .number(let milliseconds)? = members["timestamp"], milliseconds >= 0, milliseconds < 1e12,
                let input = members.count("input_length"), let output = members.count("output_length")
            else {
                throw TraceFault(
                    line: number, message: "needs timestamp, input_length and output_length, numbers of 0 or more")
            }
            guard let ids = ids(members["hash_ids"]) else {
                throw TraceFault(line: number, message: "hash_ids must be a list of numbers")
            }
            let divisor = Int32(thinning.divisor)
            var request = SimulatedRequest(
                arrival: Int64(milliseconds * 1e6), promptTokens: input / divisor, outputTokens: output)
            request.prefix = chain(ids, promptTokens: Int(input / divisor), blockTokens: fileBlock / thinning.divisor)
            requests.append(request)
            sessions.append(ids)
        }
        guard thinning.oneSessionIn > 1 else { return requests }
        let common = common(to: sessions)
        return zip(requests, sessions).compactMap { request, ids in
            let beyond = zip(ids, common).prefix { $0 == $1 }.count
            guard let first = ids.dropFirst(beyond).first ?? ids.last else { return request }
            return Hash.combine(first, 0x5E55_1045) % UInt64(thinning.oneSessionIn) == 0 ? request : nil
        }
    }

    /// The blocks that more than half of the prompts begin with: a system prompt tells no session.
    private static func common(to chains: [[UInt64]]) -> [UInt64] {
        var common: [UInt64] = []
        var sharing = chains[...].filter { !$0.isEmpty }
        while true {
            var counts: [UInt64: Int] = [:]
            for chain in sharing where chain.count > common.count { counts[chain[common.count], default: 0] += 1 }
            guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), 2 * most.value > chains.count
            else { return common }
            sharing.removeAll { $0.count <= common.count || $0[common.count] != most.key }
            common.append(most.key)
        }
    }

    private static func ids(_ value: JSONLine.Value?) -> [UInt64]? {
        switch value {
        case nil, .null: return []
        case .list(let items):
            var ids: [UInt64] = []
            for item in items {
                guard case .number(let id) = item, id >= 0, id < 9e15 else { return nil }
                ids.append(UInt64(id))
            }
            return ids
        default: return nil
        }
    }

    /// The chain in blocks of the product's size: each hash is that of the file's last block it reaches into.
    private static func chain(_ ids: [UInt64], promptTokens: Int, blockTokens: Int) -> [UInt64] {
        var sums: [UInt64] = []
        var sum: UInt64 = 0
        for id in ids {
            sum = Hash.combine(sum, id)
            sums.append(sum)
        }
        let blocks = promptTokens / PrefixChain.blockTokens
        return (0..<blocks).prefix { ($0 + 1) * PrefixChain.blockTokens <= sums.count * blockTokens }.map { block in
            let last = ((block + 1) * PrefixChain.blockTokens + blockTokens - 1) / blockTokens - 1
            return Hash.combine(sums[last], UInt64(block))
        }
    }
}
