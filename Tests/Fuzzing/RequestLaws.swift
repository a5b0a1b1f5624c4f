import Foundation
import NIOCore

@testable import Dialects

/// A body that is taken is sent as a whole HTTP request with a body of JSON, to every kind of upstream; or it is refused with words.
enum RequestLaws {
    static let targets: [UpstreamTarget] = Dictionary(grouping: Providers.all) { $0.dialect }
        .sorted { $0.value[0].name < $1.value[0].name }
        .map { _, providers in
            UpstreamTarget(
                UpstreamPlace(
                    provider: providers[0], tag: "m", pathPrefix: "", hostHeader: "h", isLocal: false),
                account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover")
        }

    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        var input = FuzzInput(bytes)
        let front = input.choose(Front.allCases)
        let drops = input.choose([false, true])
        let request: ClientRequest
        do throws(RequestFault) {
            request = try ClientRequest.scan(ByteBuffer(bytes: input.bytes), front: front)
        } catch {
            guard !error.message.isEmpty else { throw BrokenLaw("a refusal without a word") }
            return
        }
        for target in targets { try check(request, to: target, drops: drops) }
    }

    private static func check(_ request: ClientRequest, to target: UpstreamTarget, drops: Bool) throws(BrokenLaw) {
        var out = ByteBuffer()
        let terms = EncodingTerms(drops: drops, load: .asRequested, unixSeconds: 1_800_000_000)
        do throws(RequestFault) {
            try Provider.write(request, for: target, terms, into: &out)
        } catch {
            guard !error.message.isEmpty else { throw BrokenLaw("a refusal without a word") }
            return
        }
        let sent = Data(out.readableBytesView)
        guard let end = sent.firstRange(of: Data("\r\n\r\n".utf8)) else { throw BrokenLaw("a head without an end") }
        let head = String(decoding: sent[..<end.lowerBound], as: UTF8.self)
        let body = sent[end.upperBound...]
        let lines = head.split(separator: "\r\n")
        guard lines[0].hasPrefix("POST /"), lines[0].hasSuffix(" HTTP/1.1"),
            lines[0].utf8.count(where: { $0 == 0x20 }) == 2
        else { throw BrokenLaw("no request line: \(lines[0])") }
        let lengths = lines.filter { $0.lowercased().hasPrefix("content-length: ") }
        guard lengths.count == 1, Int(lengths[0].drop { !$0.isNumber }) == body.count else {
            throw BrokenLaw("a body of \(body.count) bytes behind \(head)")
        }
        // JSON that came with bytes that are no UTF-8 goes on as it came.
        guard String(validating: body, as: UTF8.self) != nil else { return }
        guard (try? JSONSerialization.jsonObject(with: body)) != nil else {
            throw BrokenLaw("no JSON is sent: \(String(decoding: body, as: UTF8.self))")
        }
    }
}
