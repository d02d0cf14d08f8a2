using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Configuration.Sources;
using InboundBridge.Rules.Testing;
using InboundBridge.Setup;
using InboundBridge.Yaml;
using k8s.Models;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>The configurations in deploy/ are loaded as a node would load them, with secrets of this test.</summary>
public sealed class DeploymentExampleTests : IDisposable
{
    private const string Mounted = "/run/secrets/";

    private readonly string _folder = Directory.CreateTempSubdirectory("ib-deploy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_ConfigMap_is_valid_with_the_keys_of_the_Secret()
    {
        var configuration = KubernetesManifestTests.All<V1ConfigMap>().Single().Data;
        var secret = KubernetesManifestTests.All<V1Secret>().Single().StringData;
        foreach (var (key, value) in secret)
            Write($"inboundbridge/{key}", key == "token-hash" ? TokenDigest.Make("ibt_any") : value);
        Write("tls/tls.crt", string.Empty);
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var request = new CertificateRequest("CN=mx.example.com", key, HashAlgorithmName.SHA256);
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
            Write("tls/tls.crt", certificate.ExportCertificatePem());
            Write("tls/tls.key", key.ExportPkcs8PrivateKeyPem());
        }
        Write("rules/rules.yaml", configuration["rules.yaml"]);
        var setup = await LoadAsync(configuration["inboundbridge.yaml"]);
        Assert.Contains("SSL Mode=VerifyFull", secret["database"], StringComparison.Ordinal);
        Assert.True(setup.Options.SharedSpool is { IsUnverified: false });
    }

    [Fact]
    public async Task The_configuration_beside_the_compose_file_is_valid()
    {
        var compose = Path.Combine(RepositoryFiles.Root, "deploy/compose");
        Write("database.password", "any");
        Write("token.hash", TokenDigest.Make("ibt_any"));
        Write("rules/rules.yaml", await File.ReadAllTextAsync(Path.Combine(compose, "rules/rules.yaml"), Cancellation));
        var setup = await LoadAsync(await File.ReadAllTextAsync(Path.Combine(compose, "inboundbridge.yaml"), Cancellation));
        Assert.NotNull(setup.Options.Postgres);
        // What the compose file mounts is there, but for the two secrets.
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(compose, "compose.yaml"), Cancellation))
        {
            if (line.IndexOf("./", StringComparison.Ordinal) is >= 0 and var at && line.IndexOf(':', at) is > 0 and var end)
                Assert.True(Path.Exists(Path.Combine(compose, line[at..end])), line);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private async Task<ApplianceSetup> LoadAsync(string yaml)
    {
        Write("inboundbridge.yaml", yaml.Replace(Mounted, _folder + "/", StringComparison.Ordinal)
            .Replace("/var/spool/", _folder + "/", StringComparison.Ordinal));
        var source = new ConfigurationSource
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            CurrentFolder = _folder,
            MachineName = "mx1",
            Files = new DiskConfigurationFiles(),
        };
        var problems = new SourceProblems();
        await using var scripts = new ScriptWorkers(TimeProvider.System);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, Cancellation);
        Assert.Empty(problems.Items.Where(problem => !problem.IsWarning).Select(problem => problem.ToString()));
        Assert.NotEmpty(setup!.Rules.Tests);
        return setup;
    }
}
