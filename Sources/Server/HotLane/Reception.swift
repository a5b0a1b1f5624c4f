import Dialects
import Gateway
import NIOHTTP1

/// Reads what a request's head says of its sender: who calls, from where, and how it is to be served.
struct Reception {
    /// A head that has been read.
    struct Arrival {
        var call: CallHead
        /// Why its sender may not call.
        var refusal: GatewayError?
    }

    let admission: Admission
    let access: AccessPolicy
    /// Names requests that come without a name.
    private(set) var random: SystemSeeded

    init(admission: Admission, access: AccessPolicy, random: SystemSeeded) {
        self.admission = admission
        self.access = access
        self.random = random
    }

    /// A call whose head was not read, for the error that says so.
    mutating func unread(_ front: Front) -> CallHead {
        CallHead(callID: CallID(random: &random), random: 0, front: front)
    }

    /// The head that the sniffer has found.
    mutating func read(_ head: SniffedHead, in raw: UnsafeRawBufferPointer) -> Arrival {
        let callID = head.callID.bytes(in: raw).flatMap { CallID($0) } ?? CallID(random: &random)
        var call = CallHead(callID: callID, random: random.next(), front: head.front)
        let stranger = call.take(head.credential.bytes(in: raw), by: admission)
        var refusal =
            refusalOf(host: head.host.text(in: raw), origin: head.origin.text(in: raw), call: &call) ?? stranger
        head.forEachWish { header, range in
            guard let value = range.text(in: raw) else { return }
            let fault = call.take(header, value)
            refusal = refusal ?? fault
        }
        return Arrival(call: call, refusal: refusal)
    }

    /// The head that the full parser has read.
    mutating func read(_ head: HTTPRequestHead, front: Front) -> Arrival {
        let headers = head.headers
        var given = headers.first(name: "x-litellm-call-id")
        let callID = given?.withUTF8 { CallID(UnsafeRawBufferPointer($0)) } ?? CallID(random: &random)
        var call = CallHead(
            callID: callID, random: random.next(), front: front, keepAlive: head.isKeepAlive,
            allowsChunked: head.version != .http1_0)
        let stranger = call.take(Credentials.find { headers.first(name: $0) }, by: admission)
        let foreign = refusalOf(
            host: headers.first(name: "host"), origin: headers.first(name: "origin"), call: &call)
        var refusal =
            headers.contains(name: "content-encoding")
            ? .invalidRequest(message: "compressed bodies are not supported; send plain JSON", param: nil)
            : foreign ?? stranger
        for header in CallHeader.allCases {
            let values = headers[header.name.description]
            for value in header.isRepeatable ? values[...] : values.prefix(1) {
                let fault = call.take(header, value)
                refusal = refusal ?? fault
            }
        }
        return Arrival(call: call, refusal: refusal)
    }

    /// May this client call from there at all? Sets the origin to allow on the way.
    private func refusalOf(
        host: @autoclosure () -> String?, origin: String?, call: inout CallHead
    ) -> GatewayError? {
        if !access.allows(host: host()) { return AccessPolicy.foreignHost }
        if let origin {
            switch access.origin(origin) {
            case .allowed(let value): call.allowOrigin = value
            case .denied: return AccessPolicy.foreignOrigin
            }
        }
        return nil
    }
}
