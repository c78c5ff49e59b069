using IqdbFlat.Silo;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using YamlDotNet.RepresentationModel;

namespace IqdbFlat.Docs.Tests.Deploy;

/// <summary>The manifests are what Kubernetes takes, by its own types, and what the silo is, by its own settings.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes";

    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/Secret"] = typeof(V1Secret),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["v1/Service"] = typeof(V1Service),
        ["rbac.authorization.k8s.io/v1/Role"] = typeof(V1Role),
        ["rbac.authorization.k8s.io/v1/RoleBinding"] = typeof(V1RoleBinding),
        ["apps/v1/StatefulSet"] = typeof(V1StatefulSet),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
    };

    private static string[] Files => [.. Directory.GetFiles(Repository.FullPath(Folder), "*.yaml").Select(file => Path.GetFileName(file)!)];

    private static V1StatefulSet Silos => Read<V1StatefulSet>("statefulset.yaml");

    private static V1PodSpec Pod => Silos.Spec.Template.Spec;

    private static V1Container Container => Pod.Containers.Single();

    [Fact]
    public void Every_manifest_is_of_a_kind_and_has_no_field_that_Kubernetes_does_not_know()
    {
        foreach (string file in Files.Where(file => file != "kustomization.yaml"))
        {
            string[] texts = Repository.Read($"{Folder}/{file}").Split("\n---\n");
            var documents = Yaml.Documents($"{Folder}/{file}");
            Assert.Equal(texts.Length, documents.Count);
            foreach (var (text, document) in texts.Zip(documents))
            {
                string kind = $"{document.Text("apiVersion")}/{document.Text("kind")}";
                Assert.True(Kinds.TryGetValue(kind, out var type), $"{file}: {kind} is no kind that this test knows");

                // Strict: a field that the type does not have is an error.
                typeof(KubernetesYaml).GetMethods().Single(method => method.Name == nameof(KubernetesYaml.Deserialize) && method.IsGenericMethod
                        && method.GetParameters()[0].ParameterType == typeof(string))
                    .MakeGenericMethod(type).Invoke(null, [text, true]);
            }
        }
    }

    [Fact]
    public void A_misspelt_field_would_be_found() => Assert.ThrowsAny<Exception>(() =>
        KubernetesYaml.Deserialize<V1StatefulSet>(Repository.Read($"{Folder}/statefulset.yaml").Replace("failureThreshold", "failureThreshhold", StringComparison.Ordinal), true));

    [Fact]
    public void Kustomization_lists_every_file_but_the_example() => Assert.Equal(
        Files.Except(["kustomization.yaml", "secrets.example.yaml"]).Order(),
        Yaml.Documents($"{Folder}/kustomization.yaml").Single().List("resources").Select(name => ((YamlScalarNode)name).Value!).Order());

    [Fact]
    public void The_settings_are_the_silos_and_it_would_start_with_them()
    {
        var settings = Container.Env
            .Where(variable => variable.Name.StartsWith("IqdbFlat__", StringComparison.Ordinal))
            .ToDictionary(
                variable => variable.Name.Replace("__", ":", StringComparison.Ordinal),
                variable => (variable.Value ?? $"of-the-secret-{variable.ValueFrom.SecretKeyRef.Key}")
                    .Replace("$(POD_IP)", "10.1.2.3", StringComparison.Ordinal)
                    .Replace("$(POD_NAME)", "iqdbflat-0", StringComparison.Ordinal));
        var options = SiloOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings!).Build());
        SiloOptionsCheck.Check(options);

        Assert.True(options.Clustering.Kubernetes);
        Assert.Equal(Silos.Spec.Replicas, options.Prefetch.ExpectedSilos);
        Assert.Equal((options.Silo.ClusterId, options.Silo.ServiceId), (Silos.Spec.Template.Metadata.Labels["orleans/clusterId"], Silos.Spec.Template.Metadata.Labels["orleans/serviceId"]));
        Assert.True(Pod.TerminationGracePeriodSeconds > options.Silo.ShutdownTimeout.TotalSeconds);
        Assert.Equal(
            new[] { ("gateway", options.Silo.GatewayPort), ("http", options.Silo.HttpPort), ("silo", options.Silo.SiloPort) },
            Container.Ports.Select(port => (port.Name, port.ContainerPort)).OrderBy(port => port.Name));
        Assert.Equal(Container.Ports.Select(port => port.Name).Order(), Read<V1Service>("services.yaml").Spec.Ports.Select(port => (string)port.TargetPort).Order());
    }

    [Fact]
    public void Every_secret_that_is_used_stands_in_the_example() => Assert.Equal(
        Read<V1Secret>("secrets.example.yaml").StringData.Keys.Order(),
        Container.Env.Where(variable => variable.ValueFrom?.SecretKeyRef is not null).Select(variable => variable.ValueFrom.SecretKeyRef.Key).Order());

    [Fact]
    public void Probes_ask_for_health_and_the_container_may_do_little()
    {
        Assert.Equal("/health/ready", Container.StartupProbe.HttpGet.Path);
        Assert.Equal("/health/ready", Container.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", Container.LivenessProbe.HttpGet.Path);
        Assert.All(new[] { Container.StartupProbe, Container.ReadinessProbe, Container.LivenessProbe }, probe => Assert.Equal("http", (string)probe.HttpGet.Port));
        Assert.True(Pod.SecurityContext.RunAsNonRoot);
        Assert.Contains($"USER {Pod.SecurityContext.RunAsUser}\n", Repository.Read("deploy/Dockerfile"), StringComparison.Ordinal);
        Assert.True(Container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(Container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], Container.SecurityContext.Capabilities.Drop);
    }

    [Fact]
    public void What_selects_pods_selects_the_silos()
    {
        var labels = Silos.Spec.Template.Metadata.Labels;
        var selectors = new[]
        {
            Silos.Spec.Selector.MatchLabels,
            Read<V1PodDisruptionBudget>("disruption.yaml").Spec.Selector.MatchLabels,
            Read<V1NetworkPolicy>("network.yaml").Spec.PodSelector.MatchLabels,
            Read<V1Service>("services.yaml").Spec.Selector,
        };
        Assert.All(selectors, selector => Assert.All(selector, label => Assert.Equal(label.Value, labels[label.Key])));
        Assert.Equal(Read<V1Service>("services.yaml").Metadata.Name, Silos.Spec.ServiceName);
        Assert.Equal("1", (string)Read<V1PodDisruptionBudget>("disruption.yaml").Spec.MaxUnavailable);
        Assert.Equal(
            Container.Ports.Select(port => port.Name).Order(),
            Read<V1NetworkPolicy>("network.yaml").Spec.Ingress.SelectMany(rule => rule.Ports).Select(port => (string)port.Port).Order());
    }

    private static T Read<T>(string file) => KubernetesYaml.Deserialize<T>(Repository.Read($"{Folder}/{file}"), true);
}
