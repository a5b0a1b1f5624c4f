import Dialects
import Gateway
import Ledger
import NIOHTTP1

/// Reads what a request's head says of its sender: who calls, from where, and how it is to be served.
struct Reception {
    /// A head that has been read.
    struct Arrival {
        var call: CallHead
        /// Why its sender may not call.
        var refusal: GatewayError?
        /// How its body is packed.
        var coding = BodyCoding.identity
    }

    let admission: Admission
    let access: AccessPolicy
    private let watch: KeyWatch
    private let gate: ConnectionGate
    /// Names requests that come without a name.
    private var random: SystemSeeded
    /// The headers by which clients say for whom they ask.
    var senders: SenderHeaders

    init(
        admission: Admission, watch: KeyWatch, access: AccessPolicy, random: SystemSeeded, gate: ConnectionGate,
        senders: SenderHeaders = SenderHeaders()
    ) {
        self.senders = senders
        self.gate = gate
        self.admission = admission
        self.watch = watch
        self.access = access
        self.random = random
    }

    /// Whether the gateway has more connections than it serves.
    var isCrowded: Bool { gate.isCrowded }

    /// A call whose head was not read, for the error that says so.
    mutating func unread(_ front: Front) -> CallHead {
        CallHead(callID: CallID(random: &random), random: 0, front: front)
    }

    /// The head that the sniffer has found.
    ///
    /// - Parameter presented: the key of the request before it on the same connection.
    mutating func read(
        _ head: SniffedHead, in raw: UnsafeRawBufferPointer, from client: ClientAddress,
        after presented: inout PresentedKey
    ) -> Arrival {
        read(
            SniffedFields(head: head, raw: raw), front: head.front, from: client, keepAlive: true, allowsChunked: true,
            after: &presented)
    }

    /// The head that the full parser has read.
    mutating func read(_ head: HTTPRequestHead, to route: HotRoute, from client: ClientAddress) -> Arrival {
        var presented = PresentedKey()
        var arrival = read(
            head.headers, front: route.front, model: route.model, from: client, keepAlive: head.isKeepAlive,
            allowsChunked: head.version != .http1_0, after: &presented)
        arrival.coding = BodyCoding(head.headers["content-encoding"])
        if case .unknown(let name) = arrival.coding {
            arrival.refusal = arrival.refusal ?? BodyCoding.refusal(of: name)
        }
        if arrival.refusal == nil, let name = head.headers.first(where: { CallHeader.isMisspelt($0.name.utf8) })?.name {
            arrival.refusal = CallHeader.misspelt(name)
        }
        return arrival
    }

    /// The refusals are in the order in which a browser's page is to learn nothing: the host, the origin, the key, and
    /// then a wish that could be misread. Whether a key is right is said to nobody who is not heard.
    @inline(__always)
    private mutating func read(
        _ fields: some HeadFields, front: Front, model: String? = nil, from client: ClientAddress, keepAlive: Bool,
        allowsChunked: Bool,
        after presented: inout PresentedKey
    ) -> Arrival {
        let callID = fields.first(.callID) { CallID($0) } ?? CallID(random: &random)
        var allowOrigin: String?
        let verdict = fields.withCredential { admission.judge($0, after: &presented) }
        let caller = verdict.caller
        var refusal =
            foreign(fields, allowOrigin: &allowOrigin) ?? watch.objection(to: verdict, from: client)
            ?? verdict.refusal ?? Self.closedRoute(front, to: caller)
        var wishes = CallWishes()
        for number in CallHeader.wishes {
            guard let header = CallHeader(rawValue: number) else { continue }
            fields.forEachValue(of: header) { bytes in
                let fault = wishes.take(header, String(decoding: bytes, as: UTF8.self))
                refusal = refusal ?? fault
                return header.isRepeatable
            }
        }
        if !senders.isEmpty { wishes.take(senders, from: fields) }
        // Without keys the id of an answer that is kept is all that keeps it from others.
        let answerID = front.keepsAnswers ? UInt64.random(in: 0...UInt64.max) : random.next()
        let call = CallHead(
            callID: callID, random: answerID, front: front, model: model, keepAlive: keepAlive,
            allowsChunked: allowsChunked, allowOrigin: allowOrigin, caller: caller, trace: Self.parent(fields),
            wishes: wishes)
        return Arrival(call: call, refusal: refusal)
    }

    /// The caller's place in a trace. Of two nobody knows which is right, so there is none.
    @inline(__always)
    private static func parent(_ fields: some HeadFields) -> TraceContext? {
        var found: [TraceContext?] = []
        fields.forEachValue(of: .traceparent) { bytes in
            found.append(TraceContext(traceparent: bytes))
            return true
        }
        return found.count == 1 ? found[0] : nil
    }

    /// The refusal of a key whose `allowed_routes` the route is not among.
    private static func closedRoute(_ front: Front, to caller: Caller) -> GatewayError? {
        guard let routes = caller.pass?.facts.key.allowedRoutes, !routes.isEmpty,
            !KeyRouteList(routes).allows(front)
        else { return nil }
        return .forbidden(
            message: "this key may not ask this route; its allowed_routes are \(routes.joined(separator: ", "))")
    }

    /// May it call from there at all? Sets the origin to allow on the way.
    @inline(__always)
    private func foreign(_ fields: some HeadFields, allowOrigin: inout String?) -> GatewayError? {
        if !access.allows(host: fields.firstText(.host)) { return AccessPolicy.foreignHost }
        switch access.origin(of: fields) {
        case nil: return nil
        case .allowed(let value):
            allowOrigin = value
            return nil
        case .denied: return AccessPolicy.foreignOrigin
        }
    }
}
