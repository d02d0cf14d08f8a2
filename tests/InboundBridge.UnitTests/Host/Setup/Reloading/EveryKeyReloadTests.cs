using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Setup.Reloading;
using InboundBridge.UnitTests.Host.Api;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.UnitTests.MailFlow.SecureMail;
using InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.Host.Setup.Reloading;

/// <summary>
/// Every key of the configuration either takes effect at a reload, or the reload says that it needs a restart. A key that is read and does
/// nothing yet says so itself. A new key without a line in <see cref="KeyChanges"/> fails here.
/// </summary>
public sealed class EveryKeyReloadTests
{
    private const string Base = """
        smtp: { listeners: [{ address: "127.0.0.1:0", name: mx }], rate_limits: [{ key: client, messages: 600/1h }] }
        users: { file: "{folder}/users.yaml" }
        recipients: { file: "{folder}/recipients.txt", http: { url: "http://127.0.0.1:9/verify" } }
        tls: { certificates: [{ cert: "{folder}/one.pem", key: "{folder}/one.key" }] }
        """;

    private const string Tokens = """

        http: { public_url: "https://mail.example.com", tokens: [{ name: ops, hash: "$hmac-sha256$c2FsdHNhbHRzYWx0c2FsdA$AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", role: admin }] }
        """;

    private const string MoreDestinations = """
          box: { lmtp: { address: "127.0.0.1:24" } }
          out: { relay: { host: relay.example.net, tls: require, auth: { user: u, password: p } } }
        """;

    [Fact]
    public async Task Every_key_takes_effect_or_asks_for_a_restart()
    {
        await using var api = await CreateAsync(Tokens);
        var unchanged = InForce.Of(api);
        Assert.Empty((await api.ReloadAsync()).RestartNeeded);
        Assert.Equal(unchanged, InForce.Of(api));

        var silent = new List<string>();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in SchemaKeys())
        {
            if (!KeyChanges.All.TryGetValue(key, out var settings))
            {
                silent.Add($"{key}: KeyChanges has no line for it");
                continue;
            }
            var before = InForce.Of(api);
            var outcome = await api.ReloadAsync(settings);
            var problems = string.Join('\n', outcome.Problems.Items);
            var isListed =
                outcome.RestartNeeded.Any(
                    restart =>
                        key == restart || key.StartsWith(restart + ".", StringComparison.Ordinal)
                        || key.StartsWith(restart + "[", StringComparison.Ordinal));
            if (isListed)
                listed.UnionWith(outcome.RestartNeeded);
            var saysItIsNotBuilt = problems.Contains("not built yet", StringComparison.Ordinal)
                || problems.Contains("has no effect yet", StringComparison.Ordinal);
            if (outcome.Problems.HasErrors && !saysItIsNotBuilt)
                silent.Add($"{key}: the change is refused: {problems}");
            else if (!isListed && !saysItIsNotBuilt && before == InForce.Of(api))
                silent.Add($"{key}: changed nothing, and nobody was told ({string.Join(' ', settings)})");
            await api.ReloadAsync();
            if (InForce.Of(api) != unchanged || api.Core.Reloader!.RestartNeeded.Count > 0)
                silent.Add($"{key}: was not taken back");
        }
        Assert.True(silent.Count == 0, string.Join("\n", silent));
        // Keys that need no restart are not reported as needing one.
        Assert.Equal(
            RestartKeys.All.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_change_that_needs_a_restart_is_listed_until_the_restart()
    {
        await using var api = await CreateAsync();
        Assert.Equal(["http.listen"], (await api.ReloadAsync("http.listen=127.0.0.1:9999")).RestartNeeded);
        Assert.Equal(["http.listen"], (await api.ReloadAsync("http.listen=127.0.0.1:9999", "smtp.limits.errors=3")).RestartNeeded);
        Assert.Contains(api.Log.All, line => line.Text.Contains("a change needs a restart key=http.listen", StringComparison.Ordinal));
        Assert.Equal("http.listen", (await api.AskAsync("GET /api/v1/stats")).GetProperty("restart_needed")[0].GetString());
        Assert.Equal("http.listen", (await api.AskAsync("POST /api/v1/reload")).GetProperty("restart_needed")[0].GetString());
        Assert.Empty((await api.ReloadAsync()).RestartNeeded);
        Assert.Equal(
            ["smtp.listeners"],
            (await api.ReloadAsync("smtp.listeners=[{ address: '127.0.0.1:0', name: mx, proxy_protocol: [10.0.0.0/8] }]")).RestartNeeded);
    }

    [Fact]
    public async Task A_missing_configuration_file_is_an_error_and_does_not_mean_defaults()
    {
        await using var api = await CreateAsync();
        api.Files.Texts.Remove("/work/inboundbridge.yaml", out var text);
        var outcome = await api.ReloadAsync();
        Assert.True(outcome.Problems.HasErrors);
        Assert.Equal("mx.example.com", api.Reception.CurrentPolicy.Hostname);
        api.Files.Texts["/work/inboundbridge.yaml"] = text!;
        Assert.False((await api.ReloadAsync()).Problems.HasErrors);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_refuses_the_reload_with_its_place()
    {
        await using var api = await CreateAsync();
        var before = InForce.Of(api);
        var outcome = await api.ReloadAsync("tls.certificates.0.key={folder}/two.key");
        Assert.Contains(
            outcome.Problems.Items, problem => !problem.IsWarning && problem.Text.Contains("two.key", StringComparison.Ordinal));
        Assert.Equal(before, InForce.Of(api));
    }

    [Fact]
    public async Task A_changed_transform_takes_effect_like_a_changed_rule_file()
    {
        await using var api = await CreateAsync();
        const string Setting = "destinations.hook.webhook.transform={folder}/transform.js";
        Assert.False((await api.ReloadAsync(Setting)).Problems.HasErrors);
        var (before, version) = (InForce.Of(api), api.Core.Current.Setup.Options.Version);
        Write(api.Files, $"{api.Folder}/transform.js", "function transform(message) { return { skip: true }; }");
        Assert.False((await api.ReloadAsync(Setting)).Problems.HasErrors);
        Assert.NotEqual(before, InForce.Of(api));
        Assert.NotEqual(version, api.Core.Current.Setup.Options.Version);
        Assert.Contains($"{api.Folder}/transform.js", ReloadTriggers.PlanOf(api.Core.Current.Setup).Folders.SelectMany(folder =>
            folder.Names?.Select(name => Path.Combine(folder.Path, name)) ?? []));
    }

    [Theory]
    [InlineData("function transform(message) {\n  retrun {};\n}", "transform.js:2:10: error: the transform can't be run: ")]
    [InlineData("function convert(message) { }", "transform.js:1:1: error: the transform can't be run: there is no function transform(message)")]
    [InlineData("", "transform.js: error: the transform can't be run: it is empty")]
    public async Task A_transform_that_can_not_be_run_refuses_the_reload_with_its_line(string script, string problem)
    {
        await using var api = await CreateAsync();
        var before = InForce.Of(api);
        Write(api.Files, $"{api.Folder}/transform.js", script);
        var outcome = await api.ReloadAsync("destinations.hook.webhook.transform={folder}/transform.js");
        Assert.Contains(outcome.Problems.Items, found => found.ToString().Contains(problem, StringComparison.Ordinal));
        Assert.Equal(before, InForce.Of(api));
    }

    [Fact]
    public async Task A_transform_that_can_not_be_read_refuses_the_reload()
    {
        await using var api = await CreateAsync();
        api.Files.Unreadable[$"{api.Folder}/transform.js"] = "permission denied";
        var outcome = await api.ReloadAsync("destinations.hook.webhook.transform={folder}/transform.js");
        Assert.Contains(
            outcome.Problems.Items, found => found.Text == "can't read the transform: permission denied" && !found.IsWarning);
    }

    private static Task<ApiFixture> CreateAsync(string more = "") => ApiFixture.CreateAsync(Base + more, prepare: (folder, files) =>
    {
        var configuration = files.Texts["/work/inboundbridge.yaml"];
        files.Texts["/work/inboundbridge.yaml"] =
            configuration.Replace("  other: {", MoreDestinations + "\n  other: {", StringComparison.Ordinal);
        var hash = SecretHash.Make("x", iterations: 1000);
        files.Texts[$"{folder}/users.yaml"] = $"users: [{{ name: al, password: '{hash}', send_as: ['al@example.com'] }}]";
        files.Texts[$"{folder}/other-users.yaml"] = $"users: [{{ name: bo, password: '{hash}' }}]";
        files.Texts[$"{folder}/users-with-secret.yaml"] = $"users: [{{ name: al, password: '{hash}', secret: x }}]";
        files.Texts[$"{folder}/recipients.txt"] = "ann@example.com\n";
        files.Texts[$"{folder}/other-recipients.txt"] = "bob@example.com\n";
        files.Texts["/work/rules2/b.yaml"] = "rules:\n  - { name: second, then: [ webhook: other ] }\n";
        Write(files, $"{folder}/transform.js", "function transform(message) { return {}; }");
        WriteOctets(files, $"{folder}/open.p12", SecureMails.Al.Export(X509ContentType.Pkcs12));
        WriteOctets(files, $"{folder}/locked.p12", SecureMails.Al.Export(X509ContentType.Pkcs12, "secret"));
        var key = TestKeyring.Make("al@customer.com", "secret");
        WriteOctets(files, $"{folder}/public.asc", TestKeyring.Armored(key.PublicKey.Encode));
        WriteOctets(files, $"{folder}/secret.asc", TestKeyring.Armored(key.Encode));
        foreach (var name in new[] { "one", "two" })
        {
            using var certificate = TestCertificates.Make($"CN={name}.example.com");
            Write(files, $"{folder}/{name}.pem", certificate.ExportCertificatePem());
            using var pair = certificate.GetECDsaPrivateKey()!;
            Write(files, $"{folder}/{name}.key", pair.ExportPkcs8PrivateKeyPem());
            Write(files, $"{folder}/{name}-mail.key", SlowSigner.Rsa.ExportPkcs8PrivateKeyPem());
            Write(files, $"{folder}/{name}-both.pem", certificate.ExportCertificatePem() + "\n" + pair.ExportPkcs8PrivateKeyPem());
        }
    });

    private static void WriteOctets(FakeConfigurationFiles files, string path, byte[] octets)
    {
        files.Texts[path] = string.Empty;
        File.WriteAllBytes(path, octets);
    }

    private static void Write(FakeConfigurationFiles files, string path, string text)
    {
        files.Texts[path] = text;
        File.WriteAllText(path, text);
    }

    /// <summary>
    /// As the reference writes them: <c>smtp.listeners[].mode</c>,
    /// <c>destinations.*.webhook.url</c>. Sections that have keys are left to those.
    /// </summary>
    internal static IReadOnlyList<string> SchemaKeys()
    {
        using var schema = JsonDocument.Parse(ConfigurationSchema.Write());
        var keys = new List<string>();
        Visit(schema.RootElement, string.Empty);
        return keys;

        void Visit(JsonElement element, string path)
        {
            if (element.TryGetProperty("anyOf", out var alternatives))
                foreach (var alternative in alternatives.EnumerateArray())
                    Visit(alternative, path);
            if (element.TryGetProperty("items", out var items))
                Visit(items, path + "[]");
            if (element.TryGetProperty("properties", out var properties))
                foreach (var key in properties.EnumerateObject())
                    Key(key, path.Length == 0 ? key.Name : $"{path}.{key.Name}");
            if (path == "destinations" && element.TryGetProperty("additionalProperties", out var kinds))
                Visit(kinds, "destinations.*");
        }

        void Key(JsonProperty key, string path)
        {
            var before = keys.Count;
            Visit(key.Value, path);
            if (keys.Count == before || key.Value.TryGetProperty("anyOf", out _))
                keys.Add(path);
        }
    }
}
