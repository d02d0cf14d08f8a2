using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The manifests of deploy/kubernetes by the schemas of Kubernetes' API (npm kubernetes-models): nothing that it requires is missing, and
/// each value is one that it knows. A unit test finds unknown fields.
/// </summary>
public sealed class Kubernetes_would_take_the_manifests
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "deploy/kubernetes");

    [Fact]
    public async Task All_are_valid()
    {
        var found = await ValidateAsync(text => text);
        Assert.Equal(
            ["ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Secret", "Service", "Service"],
            found.Select(one => one.Kind).Order(StringComparer.Ordinal));
        Assert.Empty(found.Where(one => one.Problems.Length > 0).Select(one => $"{one.Name}: {string.Join("; ", one.Problems)}"));
    }

    [Theory]
    [InlineData("type: LoadBalancer", "type: LoadBalancr")]
    [InlineData("externalTrafficPolicy: Local", "externalTrafficPolicy: local")]
    [InlineData("- name: inboundbridge\n", "- tty: true\n")]
    [InlineData("containerPort: 2525", "hostPort: 2525")]
    [InlineData("periodSeconds: 2\n", "periodSeconds: two\n")]
    [InlineData("protocol: TCP, port: smtp", "protocol: TPC, port: smtp")]
    [InlineData("policyTypes: [Ingress", "policyTypes: [Ingres")]
    public async Task What_Kubernetes_would_refuse_is_found(string right, string wrong)
    {
        var changed = 0;
        var found = await ValidateAsync(text =>
        {
            changed += text.Contains(right, StringComparison.Ordinal) ? 1 : 0;
            return text.Replace(right, wrong, StringComparison.Ordinal);
        });
        Assert.Equal(1, changed);
        Assert.Single(found, one => one.Problems.Length > 0);
    }

    private static async Task<List<Verdict>> ValidateAsync(Func<string, string> change)
    {
        var documents = Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)
            .Select(file => new { name = Path.GetFileName(file), text = change(File.ReadAllText(file)) });
        var node = PeerPrograms.Node(out var environment);
        var result = (await PeerProcess.RunAsync(
            "kubernetes-models", node, [PeerPrograms.Script("manifests.mjs")],
            JsonSerializer.SerializeToUtf8Bytes(new { documents }), environment: environment)).Succeeded("manifests.mjs");
        return [.. result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Verdict>(line, JsonSerializerOptions.Web)!)];
    }

    private sealed record Verdict(string Name, string Kind, string[] Problems);
}
