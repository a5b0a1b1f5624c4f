/// One gateway's whole configuration, in the order of its YAML. Each field says what it means, its unit and its default;
/// the defaults live here and nowhere else. Derived values (pools, instances) stand at the end.
public struct Configuration: Equatable, Sendable {
    /// More routing decisions than this are not kept, whatever `drover.decisions` says: two gigabytes.
    public static let mostDecisions = 1_000_000

    /// `model_list`: the deployments in file order, each with everything resolved that it inherits. Default: none.
    public var modelList: [Deployment] = []
    /// `router_settings`.
    public var routerSettings = RouterSettings()
    /// `litellm_settings`.
    public var litellmSettings = LiteLLMSettings()
    /// `general_settings`.
    public var generalSettings = GeneralSettings()
    /// The services that are told of requests and of the pool.
    public var exports = Exports()
    /// `drover`: what LiteLLM has no key for.
    public var drover = DroverSettings()

    /// The names clients ask for, in the order of their first deployment. Derived from `model_list`.
    public var models: [Model] = []
    /// The entries of `model_list` whose `model` stands for every model that their instance lists, as `ollama/*` does: deployments
    /// are made of them as instances list models. They are none of ``modelList``. Derived.
    public var wildcards: [Deployment] = []
    /// The names of those, such as `ollama/*`, in the order of their first entry; with positions in ``wildcards``. Derived.
    public var wildcardModels: [Model] = []
    /// The instances behind the deployments, in the order of first use; with `drover.expose_tags` also
    /// every one that only `drover.instances` names, by name. Derived.
    public var instances: [Instance] = []

    /// Nothing configured: every default, no model.
    public init() {}
}
