/// Warnings of base URLs on the loopback inside a container: they mean the container itself, where no Ollama runs.
/// One warning per instance; none outside a container. Whether this is one is for the caller to find out.
public func containerWarnings(_ configuration: Configuration, insideContainer: Bool) -> [Diagnostic] {
    guard insideContainer else { return [] }
    return configuration.instances.indices.compactMap { index in
        let instance = configuration.instances[index]
        guard let base = instance.baseURL, base.isLoopback else { return nil }
        let user = configuration.entries.first { $0.instance == index }
        return Diagnostic(
            mark: user?.apiBase?.mark ?? user?.model.mark, path: user?.apiBase?.path ?? "drover.expose_tags",
            message: "\(base.host) is this container itself; write the service's name, or host.docker.internal "
                + "for the machine around it")
    }
}
