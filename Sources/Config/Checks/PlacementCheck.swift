import Dialects

/// Weighs `drover.placement` against the boxes there are: a model that nobody could be told to pull is told at the start.
struct PlacementCheck {
    let configuration: Configuration
    /// The names of `drover.instances`, whether a deployment uses them or not.
    let named: [String]
    let log: DiagnosticLog

    func run() {
        for line in configuration.drover.placement {
            checkModel(line.model)
            line.boxes.forEach(checkBox)
            checkDeployments(line)
        }
    }

    /// Any tag may be pulled; a name that clients ask for must be served by a box.
    private func checkModel(_ name: Located<String>) {
        let model = configuration.models.first { $0.name == configuration.model(behind: name.value) }
        guard let deployments = model?.deployments, !deployments.isEmpty else { return }
        let isOnBoxes = deployments.contains {
            configuration.modelList[$0].provider == ProviderProfile.ollama.name
        }
        if !isOnBoxes {
            log.fault(name.mark, name.path, "\"\(name.value)\" is served by no Ollama box, so there is nothing to pull")
        }
    }

    private func checkBox(_ box: Located<String>) {
        let instances = configuration.instances
        guard let instance = instances.first(where: { $0.name == box.value }) else {
            if named.contains(box.value) {
                return log.fault(
                    box.mark, box.path, "\"\(box.value)\" is in drover.instances, and no deployment is on it")
            }
            let message = "no box named \"\(box.value)\"\(NearMiss.hint(box.value, among: instances.map(\.name)))"
            // While the URL of any waits for a variable, it may be that one.
            guard instances.allSatisfy({ $0.baseURL != nil }) else { return log.warning(box.mark, box.path, message) }
            return log.fault(box.mark, box.path, message)
        }
        guard instance.provider != ProviderProfile.ollama.name else { return }
        log.fault(
            box.mark, box.path, "\"\(box.value)\" is no Ollama box (\(instance.provider)), so nothing is pulled there")
    }

    /// A deployment whose box the line leaves out will lack its model.
    private func checkDeployments(_ line: Configuration.Placement) {
        let name = OllamaName.normalise(line.model.value)
        let boxes = line.boxes.map(\.value)
        for deployment in configuration.modelList where deployment.provider == ProviderProfile.ollama.name {
            let isMeant =
                OllamaName.normalise(deployment.tag) == name
                || deployment.modelName.value == configuration.model(behind: line.model.value)
            let box = configuration.instances[deployment.instance].name
            guard isMeant, !boxes.contains(box) else { continue }
            log.warning(
                line.model.mark, line.model.path,
                "\(deployment.entry) serves it on \"\(box)\", which is not among these boxes, so it is not pulled there"
            )
        }
    }
}
