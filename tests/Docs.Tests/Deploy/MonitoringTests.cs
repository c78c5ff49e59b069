using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace IqdbFlat.Docs.Tests.Deploy;

/// <summary>Prometheus and Grafana look where the silos are.</summary>
public sealed partial class MonitoringTests
{
    [Fact]
    public void Prometheus_reads_every_silo_of_the_compose_file()
    {
        var services = (YamlMappingNode)Yaml.Documents("docker-compose.yml").Single().At("services");
        string[] silos = [.. services.Children.Keys.Select(key => ((YamlScalarNode)key).Value!).Where(name => name.StartsWith("silo-", StringComparison.Ordinal))];
        var job = Yaml.Documents("deploy/prometheus/prometheus.yml").Single().List("scrape_configs").Single();

        Assert.Equal(silos.Select(silo => $"{silo}:8080"), job.List("static_configs.0.targets").Select(target => ((YamlScalarNode)target).Value!));
        Assert.Contains($"> {job.Text("authorization.credentials_file")} ", services.Text("prometheus.entrypoint.2"), StringComparison.Ordinal);
    }

    [Fact]
    public void Grafana_finds_its_dashboard_and_the_dashboard_its_source()
    {
        string mounted = Yaml.Documents("deploy/grafana/provisioning/dashboards/iqdbflat.yml").Single().Text("providers.0.options.path");
        Assert.Contains(
            Yaml.Documents("docker-compose.yml").Single().List("services.grafana.volumes"),
            volume => ((YamlScalarNode)volume).Value == $"./deploy/grafana/dashboards:{mounted}:ro");
        string source = Yaml.Documents("deploy/grafana/provisioning/datasources/prometheus.yml").Single().Text("datasources.0.uid");
        using var dashboard = JsonDocument.Parse(Repository.Read("deploy/grafana/dashboards/iqdbflat.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        Assert.NotEmpty(panels);
        Assert.All(panels, panel => Assert.Equal(source, panel.GetProperty("datasource").GetProperty("uid").GetString()));
        Assert.All(
            panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()),
            target => Assert.Matches(Instrument(), target.GetProperty("expr").GetString()!));
    }

    [GeneratedRegex("iqdbflat_[a-z_]+")]
    private static partial Regex Instrument();
}
