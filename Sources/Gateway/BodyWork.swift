import Dialects
import NIOCore

/// One pass over a large body, to be made on another thread than the event loop's: a value that carries all it needs.
public struct BodyWork: Sendable {
    enum Step {
        /// `isSized`: somebody will want to know what it can cost.
        case scan(ByteBuffer, CallHead, isSized: Bool)
        /// One part of a request that runs as several.
        case scanPart(RequestParts, Int, isSized: Bool)
        /// The conversation so far goes before the request's own input.
        case extend(ClientRequest, with: KeptResponse, isSized: Bool)
        /// Items of these answers take the place of their names.
        case refer(ClientRequest, to: [KeptResponse], isSized: Bool)
        /// Fetched pictures go into the request.
        case hold(ClientRequest, [(RemotePicture, FetchedPicture)], isSized: Bool)
        case encode(ClientRequest, Encoding)
    }

    /// All that the bytes of an attempt depend on beside the request.
    struct Encoding: Sendable {
        /// The answer is to be no longer; nil: as long as the client has asked for.
        let answerLimit: Int?
        let permit: EgressPermit
        let load: LoadTerms
        let listing: ModelListing
        let unixSeconds: Int
        /// What the client's `anthropic-beta` says.
        let betas: String?

        /// Of this attempt alone: the request itself stays as the client has sent it, for the attempts after it.
        func bytes(of request: ClientRequest) throws(RequestFault) -> ByteBuffer {
            var wire = ByteBuffer()
            if let answerLimit {
                try write(try request.limitingAnswer(to: answerLimit), into: &wire)
            } else {
                try write(request, into: &wire)
            }
            return wire
        }

        private func write(_ request: ClientRequest, into wire: inout ByteBuffer) throws(RequestFault) {
            try Provider.encode(
                request, with: permit, load: load, listing: listing, betas: betas, unixSeconds: unixSeconds, into: &wire
            )
        }
    }

    /// The result, for ``Exchange/worked(_:at:)``.
    public struct Result: Sendable {
        enum Value {
            case scanned(ClientRequest, RequestSize?)
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
            case .scan(let body, let head, let isSized):
                let request = try ClientRequest.scan(body, front: head.front, model: head.model)
                return Result(value: .scanned(request, isSized ? RequestSize(request) : nil))
            case .scanPart(let parts, let number, let isSized):
                let request = try ClientRequest.scan(parts.body(of: number), front: parts.front, model: parts.model)
                return Result(value: .scanned(request, isSized ? RequestSize(request) : nil))
            case .extend(let own, let kept, let isSized):
                let request = try own.continuing(kept)
                return Result(value: .scanned(request, isSized ? RequestSize(request) : nil))
            case .refer(let own, let kept, let isSized):
                let request = try own.holdingItems(of: kept)
                return Result(value: .scanned(request, isSized ? RequestSize(request) : nil))
            case .hold(let own, let pictures, let isSized):
                let request = try own.holding(pictures)
                return Result(value: .scanned(request, isSized ? RequestSize(request) : nil))
            case .encode(let request, let encoding): return Result(value: .encoded(try encoding.bytes(of: request)))
            }
        } catch {
            return Result(value: .refused(error))
        }
    }
}
