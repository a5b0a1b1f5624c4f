import NIOCore

@testable import Upstream

/// However an upstream's response is cut, it has the same heads and the same body.
enum ResponseLaws {
    private struct Parsed: Equatable {
        var heads: [UpstreamHead] = []
        var body: [UInt8] = []
        var isEnded = false
        var isMalformed = false
    }

    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        var input = FuzzInput(bytes)
        let seed = input.choose(Array(UInt8.min...UInt8.max))
        _ = try input.outcome(cutBy: seed, parse)
    }

    private static func parse(_ pieces: [ArraySlice<UInt8>]) -> Parsed {
        var (parser, parsed, held) = (ResponseParser(), Parsed(), ByteBuffer())
        for piece in pieces {
            held.writeBytes(piece)
            reading: while true {
                switch parser.next(&held) {
                case .head(let head): parsed.heads.append(head)
                case .body(let bytes): parsed.body += bytes.readableBytesView
                case .end:
                    parsed.isEnded = true
                    return parsed
                case .needMore: break reading
                case .malformed:
                    // How much of a body came before is nobody's business.
                    (parsed.isMalformed, parsed.body) = (true, [])
                    return parsed
                }
            }
        }
        parsed.isEnded = parser.endOfInput()
        return parsed
    }
}
