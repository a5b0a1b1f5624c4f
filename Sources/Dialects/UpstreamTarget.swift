/// Everything about where a request goes that does not change from request to request; made once at start.
///
/// A class, so that handing it on costs one reference.
public final class UpstreamTarget: Sendable {
    /// The name the instance knows the model by (`llama3.1:8b`).
    public let tag: String
    /// Whether it stands inside; see ``Fence``.
    public let isLocal: Bool
    /// Whether parameters this upstream cannot honour are left out silently; the request's own `drop_params` wins.
    public let dropParams: Bool
    /// The language it speaks.
    let dialect: Dialect
    /// How it is spoken to.
    let back: any Back
    /// The same, among all backs.
    let form: BackForm
    /// Whether it loads models when it is asked to, and unloads them.
    public let loadsModels: Bool
    private let joinsOwnStreams: Bool
    private let alwaysNeedsListing: Bool

    /// - Parameters:
    ///   - place: where the model is served.
    ///   - account: who calls.
    ///   - defaults: parameters of the deployment (`num_ctx`, `temperature` …); a request's own field wins.
    ///   - dropParams: whether what the upstream cannot honour is left out silently.
    ///   - userAgent: the `User-Agent` header (`drover/0.1.0`).
    public init(
        _ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], dropParams: Bool,
        userAgent: String
    ) {
        tag = place.tag
        isLocal = place.isLocal
        self.dropParams = dropParams
        dialect = place.provider.dialect
        // As in OpenAI's own libraries, what stands in `extra_body` wins over what stands beside it.
        var spread = defaults
        if let members = spread.removeValue(forKey: "extra_body")?.members {
            for (name, value) in members { spread[name] = value }
        }
        let back = place.provider.back.init(place, account: account, defaults: spread, userAgent: userAgent)
        self.back = back
        form = back.form
        loadsModels = type(of: back).loadsModels
        joinsOwnStreams = type(of: back).joinsOwnStreams
        alwaysNeedsListing = back.hasSecondSpelling || back.asksToThink
    }

    /// Whether a request is written by what the instance's list says of the model: by whether it thinks, where the deployment
    /// asks for that, or the request where parameters may be dropped; by how its name is spelled.
    public func needsListing(_ request: ClientRequest) -> Bool {
        alwaysNeedsListing || request.mayAskToThink && (request.dropParams ?? dropParams)
    }

    /// Whether it says how many tokens a message of Anthropic's API has.
    public var countsTokens: Bool { type(of: back).countsTokens }

    /// Whether it takes the address of a picture; else it has to be sent the picture.
    public var takesAddresses: Bool { type(of: back).takesAddresses }

    /// Whether it gives all the answers that one request is for.
    public func answersSeveral(_ request: ClientRequest) -> Bool { back.answersSeveral(request) }

    /// Whether it has the API by which the client asks: the request and its answer are passed on then.
    func speaks(_ front: Front) -> Bool { back.speaks(front) }

    /// Whether its streams can be joined to one answer for clients of a front that do not stream.
    public func joinsStreams(for front: Front) -> Bool {
        joinsOwnStreams || !speaks(front)
    }
}
