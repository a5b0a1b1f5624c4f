/// The rules by which the members of a body go to one model: a request's, and its deployment's own.
struct OpenAIRules: Sendable {
    /// The provider's name, for messages.
    let provider: String
    let quirks: OpenAIQuirks
    /// Which of OpenAI's own models it is.
    let family: OpenAIModelFamily
    /// The fields that the model never takes.
    let refused: UInt64
    /// The most sequences that may end an answer; nil: any number.
    let mostStops: Int?
    /// The words for how much to think; nil where they are not known.
    let efforts: ModelEfforts?

    init(_ place: UpstreamPlace) {
        provider = place.provider.name
        let quirks = OpenAIQuirks.of(provider)
        family =
            quirks.models == .openAI
            ? OpenAIModelFamily(tag: place.tag, isDeployment: quirks.addresses == .azure) : .unknown
        // A server of one's own may be called by OpenAI's name, and takes more than OpenAI does.
        let isOwnServer = provider == "openai" && family == .unknown && place.isLocal
        self.quirks = isOwnServer ? .ownServer : quirks
        mostStops = isOwnServer ? nil : ModelTable.mostStops(of: provider)
        efforts = quirks.isGateway ? nil : ModelTable.efforts(of: provider, place.tag, family)
        refused = self.quirks.refused | quirks.refused(by: place.tag, of: provider)
    }

    /// Whether it is one of OpenAI's own models.
    var isOpenAIs: Bool { family != .unknown }

    /// Whether it may be a server that takes more ways of sampling than OpenAI's models do. Others are not told them: they would
    /// refuse a client that is tuned for a box and falls back to them.
    var takesServersWords: Bool {
        if isOpenAIs || quirks.addresses == .azure { return false }
        return !quirks.sampling.isEmpty || quirks.models == .openAI
    }

    /// Whether the model may call `custom` tools: OpenAI's own, here and at Azure.
    var takesCustomTools: Bool { isOpenAIs || quirks.addresses == .azure }

    /// The effort that a model is told which is asked for one.
    func asTold(_ effort: ReasoningEffort) -> ReasoningEffort {
        effort.isOff && efforts?.words.first == ReasoningEffort.none ? .none : effort
    }
}
