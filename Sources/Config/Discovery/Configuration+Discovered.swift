extension Configuration {
    /// The configuration with an instance for each address of a followed name, and on each what was written for the name.
    ///
    /// A name without an address stays one instance, that is found by its name.
    ///
    /// - Parameter addresses: by host name.
    public func discovered(_ addresses: [String: [String]]) -> Configuration {
        var spread = Spread()
        for instance in instances {
            let found = followedHost(of: instance).flatMap { addresses[$0] } ?? []
            spread.add(instance, at: found, among: instances)
        }
        guard spread.hasFound else { return self }
        var other = self
        other.instances = spread.instances
        other.modelList = spread.deployments(modelList)
        other.models = spread.models(models, of: modelList)
        other.wildcards = spread.deployments(wildcards)
        other.wildcardModels = spread.models(wildcardModels, of: wildcards)
        for line in other.drover.placement.indices {
            other.drover.placement[line].boxes = other.drover.placement[line].boxes.flatMap { box in
                spread.names(of: box.value, among: instances).map { Located($0, mark: box.mark, path: box.path) }
            }
        }
        return other
    }
}

/// Instances in place of others, and what stood on those.
private struct Spread {
    var instances: [Configuration.Instance] = []
    /// The positions that each has come to, by its own.
    private var places: [Range<Int>] = []
    /// Whether any has come to another.
    private(set) var hasFound = false

    mutating func add(_ instance: Configuration.Instance, at addresses: [String], among all: [Configuration.Instance]) {
        let first = instances.count
        defer { places.append(first..<instances.count) }
        guard let base = instance.baseURL, !addresses.isEmpty else {
            instances.append(instance)
            return
        }
        hasFound = true
        for address in addresses {
            var found = instance
            found.address = address
            let place = base.at(address)
            // By its own address, unless it was given a name, or somebody has that one.
            let own = place.authority + place.path
            let isFree = !(all + instances).contains { $0.name == own }
            found.name = instance.name == base.authority + base.path && isFree ? own : "\(instance.name)@\(address)"
            instances.append(found)
        }
    }

    /// Each as often as its instance.
    func deployments(_ list: [Configuration.Deployment]) -> [Configuration.Deployment] {
        list.flatMap { deployment in
            places[deployment.instance].map { place in
                var own = deployment
                own.instance = place
                if let address = instances[place].address {
                    own.partOf = deployment.entryID
                    own.id += "@\(address)"
                }
                return own
            }
        }
    }

    /// With the positions that their deployments have come to.
    func models(_ models: [Configuration.Model], of list: [Configuration.Deployment]) -> [Configuration.Model] {
        var next = 0
        let positions = list.map { deployment in
            defer { next += places[deployment.instance].count }
            return next..<next + places[deployment.instance].count
        }
        return models.map { model in
            var own = model
            own.deployments = model.deployments.flatMap { Array(positions[$0]) }
            return own
        }
    }

    /// The names of the instances that one of this name has come to.
    func names(of name: String, among all: [Configuration.Instance]) -> [String] {
        guard let index = all.firstIndex(where: { $0.name == name }) else { return [name] }
        return places[index].map { instances[$0].name }
    }
}
