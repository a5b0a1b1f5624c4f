/// One entry of `model_list` as read, before it is weighed against its siblings and given an instance.
struct DeploymentDraft {
    /// The reason why two deployments share an instance.
    enum InstanceKey: Hashable {
        case base(BaseURL, Configuration.Trust)
        /// The URL waits for this variable.
        case variable(String)
        /// A provider whose URL is not known here.
        case provider(String)

        /// Where it is, when that is known.
        var base: BaseURL? { if case .base(let url, _) = self { url } else { nil } }
    }

    var deployment: Configuration.Deployment
    var instance: InstanceKey
    var weight: Double?
    var rpm: Double?
    var tpm: Double?
    var cooldownTime: Located<Duration>?
    var strategy: Located<RoutingStrategy>?
    var requestClass: Located<RequestClass>?
    /// `model_info.memory`: bytes that its instance has for models.
    var memory: Located<Int>?
    /// `model_info.id`, when it is written.
    var id: Located<String>?
    var mark: SourceMark
    var path: String
}
