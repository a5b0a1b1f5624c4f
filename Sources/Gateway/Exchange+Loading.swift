import Balancer
import Dialects
import NIOCore

/// Requests that only load a model, or unload it.
extension Exchange {
    /// The answer to a load of a model that no instance loads, as one in a cloud: it is as good as loaded, and clients that load
    /// before they ask go on. Nil for every other request.
    mutating func answerToLoad(_ request: ClientRequest, of route: RouteTable.Route, at now: Moment) -> Action? {
        guard request.isLoad, route.notBuilt == nil,
            !routes.deployments(of: route.model).contains(where: { routes.deployments[$0].target?.loadsModels == true }
            ),
            var body = request.answerToLoad(unixSeconds: call.unixSeconds)
        else { return nil }
        reply.bytes = ByteBuffer()
        reply.bytes.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: 200, contentType: call.head.front.contentType(isStream: false), at: now)
        reply.write(body: &body)
        finishRecord(.succeeded, status: 200, error: nil, at: now)
        return .finish(reply.take(), keepAlive: call.head.keepAlive)
    }
}
