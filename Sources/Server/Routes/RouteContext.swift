import Gateway
import Hummingbird
import NIOCore

/// What is known of a request that the router answers, beside the request.
struct RouteContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Where it comes from.
    let address: SocketAddress?
    /// Who sends it: set by the gatekeeper, before any route is asked.
    var caller = Caller()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress
    }
}
