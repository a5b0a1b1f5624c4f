import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// `/ui/session`: logs in with a key, says who is logged in, logs out.
///
/// The routes are open, since nobody has a ticket yet; so they go by the key that is shown here, never by the caller.
struct SessionRoutes {
    let server: ServerContext

    /// No key is longer.
    private static let body = BodyLimit(bytes: 4_096, tooLarge: plain)
    private static let strange = GatewayError.forbidden(message: "only the dashboard's own pages may ask this")
    private static let token = GatewayError.invalidRequest(
        message: "log in with a key: a token of an identity provider begins no session", param: "key")
    private static let plain = GatewayError.invalidRequest(
        message: "log in with {\"key\": \"…\"} as application/json", param: "key")

    /// `POST`: a session of whoever holds the key.
    func begin(_ request: Request, _ context: RouteContext) async -> Response {
        // A form of another site can send no JSON unasked.
        guard SessionCookie.isOwnPage(request) else { return ErrorResponse.response(Self.strange) }
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true,
            let body = try? await request.wholeBody(upTo: Self.body, of: server),
            let key = try? AdminFields(String(buffer: body.bytes)).requiredID("key")
        else { return ErrorResponse.response(Self.plain) }
        // A ticket is no key: it would begin a session that outlives its own.
        guard !isTicket(key) else { return ErrorResponse.response(Self.plain) }
        let (verdict, holder) = judge(key)
        let address = context.address.map(ClientAddress.init) ?? .unknown
        if let refusal = server.keyWatch.objection(to: verdict, from: address) ?? verdict.refusal {
            return ErrorResponse.response(refusal)
        }
        // A session would outlive the token.
        guard verdict.caller.pass?.facts.person == nil else { return ErrorResponse.response(Self.token) }
        let session = server.sessions.begin(for: Ticket(holder: holder, flow: verdict.caller.flow))
        return answer(session, request)
    }

    /// `GET`: who is logged in, and a new ticket.
    func state(_ request: Request) -> Response {
        guard SessionCookie.isOwnPage(request) else { return ErrorResponse.response(Self.strange) }
        guard server.admission.requiresKey else { return json(Self.who(Caller())) }
        guard let session = SessionCookie(of: request).session(in: request.headers) else { return json(Self.nobody) }
        return answer(session, request)
    }

    /// `DELETE`: nobody is logged in any more.
    func end(_ request: Request) -> Response {
        guard SessionCookie.isOwnPage(request) else { return ErrorResponse.response(Self.strange) }
        if let session = SessionCookie(of: request).session(in: request.headers) { server.sessions.end(session) }
        var response = json(Self.nobody)
        response.headers[.setCookie] = SessionCookie(of: request).clearing(isSecure: isSecure(request))
        return response
    }

    private func isTicket(_ key: String) -> Bool {
        let name = key.drop { $0 == " " }.split(separator: " ").last.map(String.init) ?? ""
        return Array(name.utf8).withUnsafeBytes { server.sessions.ticket(KeyHash(of: $0)) != nil }
    }

    /// Judges a key as it would be judged in a header.
    private func judge(_ key: String) -> (verdict: Admission.Verdict, holder: KeyHolder) {
        var key = key
        let verdict = key.withUTF8 { server.admission.judge(UnsafeRawBufferPointer($0)) }
        return (verdict, verdict.caller.pass.map { .key($0.facts.key.hash) } ?? .master)
    }

    /// A new ticket of a session with the rights behind it; without one where the session, or its key, has ended.
    private func answer(_ session: String, _ request: Request) -> Response {
        guard var issued = server.sessions.issue(of: session) else { return json(Self.nobody) }
        let verdict = issued.text.withUTF8 { server.admission.judge(UnsafeRawBufferPointer($0)) }
        guard verdict.refusal == nil else {
            server.sessions.end(session)
            return json(Self.nobody)
        }
        let ticket: KeyRow.Members = [
            ("ticket", .string(issued.text)), ("ticket_seconds", .integer(Int(issued.lasts.components.seconds))),
        ]
        var response = json(Self.who(verdict.caller) + ticket)
        if request.method == .post {
            response.headers[.setCookie] = SessionCookie(of: request).setting(session, isSecure: isSecure(request))
        }
        return response
    }

    /// Here, or at a proxy before the gateway.
    private func isSecure(_ request: Request) -> Bool {
        server.configuration.tls != nil
            || request.headers[values: .origin].contains { $0.hasPrefix("https://") }
    }

    // MARK: Answers

    private static let nobody: KeyRow.Members = [("logged_in", .bool(false))]

    private static func who(_ caller: Caller) -> KeyRow.Members {
        let asked = Operator(caller)
        let key = asked.facts?.key
        return [
            ("logged_in", .bool(true)), ("role", .string(asked.roleName)), ("sees_all", .bool(asked.maySeeAll)),
            ("changes_all", .bool(asked.mayChangeAll)),
            ("makes_keys", .bool(ServerRoute.Audience.members.admits(asked.standing))),
            ("lists_keys", .bool(ServerRoute.Audience.users.admits(asked.standing))),
            ("key_alias", .maybe(key?.alias)), ("key_name", .maybe(key?.name)), ("user_id", .maybe(asked.userID)),
            ("team_id", .maybe(key?.teamID)),
        ]
    }

    private func json(_ members: KeyRow.Members) -> Response {
        let all = [("requires_key", JSONText.bool(server.admission.requiresKey))] + members
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONText.object(all).bytes)))
    }
}
