import Dialects
import NIOCore

/// One pass over a large body, to be made on another thread than the event loop's: a value that carries all it needs.
public struct BodyWork: Sendable {
    enum Step {
        case scan(ByteBuffer, Front)
        case encode(ClientRequest, EgressPermit, LoadTerms, ModelListing, unixSeconds: Int)
    }

    /// The result, for ``Exchange/worked(_:at:)``.
    public struct Result: Sendable {
        enum Value {
            case scanned(ClientRequest)
            case encoded(ByteBuffer)
            case refused(RequestFault)
        }

        let value: Value

        /// Whether a request has been read.
        public var isScan: Bool { if case .scanned = value { true } else { false } }
    }

    let step: Step

    /// Makes the pass. Takes about a millisecond for each two megabytes.
    public func run() -> Result {
        do throws(RequestFault) {
            switch step {
            case .scan(let body, let front):
                return Result(value: .scanned(try ClientRequest.scan(body, front: front)))
            case .encode(let request, let permit, let load, let listing, let unixSeconds):
                var wire = ByteBuffer()
                try Provider.encode(
                    request, with: permit, load: load, listing: listing, unixSeconds: unixSeconds, into: &wire)
                return Result(value: .encoded(wire))
            }
        } catch {
            return Result(value: .refused(error))
        }
    }
}
