import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /pool/events`: the pool as server-sent events, `pool` with all of it and then `change` with the rows that differ.
struct PoolEventsRoute {
    let server: ServerContext

    func events(_ request: Request, _ context: RouteContext) -> Response {
        let (feed, admission, channel) = (server.poolFeed, server.admission, context.channel)
        guard feed.hasRoom else {
            return ErrorResponse.response(
                .rateLimited(
                    message: "\(PoolFeed.mostListeners) pages watch the pool already; close one, or ask GET /pool",
                    retryAfter: 5))
        }
        let headers = request.headers
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                // Begun here, as only an answer that is written ends. One that nobody reads would never end properly.
                guard let listener = feed.listen(drop: { channel.close(mode: .all, promise: nil) }) else {
                    return try await writer.finish(nil)
                }
                defer { feed.leave(listener) }
                for await event in listener.events {
                    // A key may be blocked meanwhile, and somebody who has logged out sees nothing more.
                    guard headers.withCredential({ admission.judge($0).refusal == nil }) else { break }
                    try await writer.write(event)
                }
                try await writer.finish(nil)
            })
    }
}
