import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// The way from an HTTP request to a management route and back.
struct AdminGate {
    let server: ServerContext

    /// No request of these routes is longer: it is a list of names at most.
    private static let body = BodyLimit(
        bytes: 1 << 20,
        tooLarge: .requestTooLarge(message: "the request body is over \(1 << 20) bytes, or did not come"))

    func answer(
        _ request: Request, _ context: RouteContext, _ handler: ServerRoute.AdminHandler
    ) async -> Response {
        do {
            // A change would be lost, and a list would be empty.
            if server.desk.ledger.isMissingStore {
                throw AdminFault(.noInstanceAvailable(message: LedgerRefusal.notRead.message, retryAfter: 5))
            }
            let body = try await body(of: request)
            defer { withExtendedLifetime(body.memory) {} }
            var call = try AdminCall(context.caller, body: String(buffer: body.bytes), at: server.ledgerTime)
            for (name, value) in context.parameters { call.parameters[String(name)] = String(value).percentDecoded }
            call.query = Array(QueryItems(request.uri.query))
            call.routes = server.routes
            call.from = context.address?.ipAddress ?? "unknown"
            return Self.json(try await server.desk.answer(handler, call, isRead: request.method == .get), status: .ok)
        } catch let fault as AdminFault {
            var answer = Self.json(fault.json, status: .init(code: fault.error.status))
            if let seconds = fault.error.retryAfter { answer.headers[.retryAfter] = String(seconds) }
            return answer
        } catch {
            return ErrorResponse.response(.internalError)
        }
    }

    private func body(of request: Request) async throws(AdminFault) -> WholeBody {
        do throws(GatewayError) { return try await request.wholeBody(upTo: Self.body, of: server) } catch {
            throw AdminFault(error)
        }
    }

    private static func json(_ value: JSONText, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: value.bytes)))
    }
}
