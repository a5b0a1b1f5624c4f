import Dialects
import Gateway
import Hummingbird
import NIOCore

/// What is known of a request that the router answers, beside the request.
struct RouteContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Where it comes from.
    let address: SocketAddress?
    /// The connection that it came over.
    let channel: any Channel
    /// Who sends it: set by the gatekeeper, before any route is asked.
    var caller = Caller()
    /// The front in whose shape it is answered: set with the caller.
    var front = Front.openAIChat
    /// The members of its query, the last one of a name.
    var query: [String: String] = [:]
    /// The name of the request, in its answer and in the log.
    var callID = ""

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress
        channel = source.channel
    }
}
