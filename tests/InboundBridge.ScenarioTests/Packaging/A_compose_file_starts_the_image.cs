using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Packaging;

/// <summary>
/// The compose file of <c>init</c>: read by docker-compose, and started by podman-compose with the image of the Dockerfile. The one of
/// deploy/compose names images that only a registry has, so it is read and compared with the files beside it.
/// </summary>
[Collection(nameof(Packages))]
public sealed partial class A_compose_file_starts_the_image(PackageFixture packages) : IDisposable
{
    private const string Container = "mail_inboundbridge_1";
    private const string Owner = "1654:1654";

    /// <summary>Prints what the API answers to the operator's token.</summary>
    private const string Ask = """
        import sys, urllib.request
        request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + open(sys.argv[2]).read().strip()})
        print(urllib.request.urlopen(request, timeout=10).read().decode())
        """;

    private const string OwnChains = "NETAVARK";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The chains of the container's network are in namespaces that end with it. The machine's firewall has none.</summary>
    [Fact]
    public async Task The_one_of_init_takes_mail_drains_and_leaves_no_chain_on_the_machine()
    {
        var before = await ChainsAsync();
        await TakesMailAndDrainsAsync();
        Assert.Equal(before, await ChainsAsync());
    }

    private async Task TakesMailAndDrainsAsync()
    {
        await using var podman = await Podman.StartAsync(_folder, await packages.ImagesAsync());
        var mail = await InitAsync();
        await File.AppendAllTextAsync(Path.Combine(mail, "inboundbridge.yaml"), $"\n{ApplianceSetup.NoSenderChecks}\n", Cancellation);
        (await PeerProcess.RunAsync("chown", "chown", ["-R", Owner, mail])).Succeeded("chown");
        podman.Set("OWNER", Owner);
        Started(await podman.ComposeAsync(mail, "up", "-d"));
        var log = "";
        await Deadline.Usual.UntilAsync(
            async () =>
            {
                log = (await podman.RunAsync("logs", Container)).Output;
                return (await podman.RunAsync("healthcheck", "run", Container)).ExitCode == 0;
            },
            "a healthy container", () => log);

        (await podman.InsideAsync(
            "swaks", "--server", "127.0.0.1:25", "--from", "al@sender.test", "--to", "hello@example.com", "--header", "Subject: composed"))
            .Succeeded("swaks");
        var listed = await podman.InsideAsync(
            "python3", "-c", Ask, "http://127.0.0.1:8080/api/v1/messages", Path.Combine(mail, "secrets/operator.token"));
        Assert.Contains("composed", listed.Succeeded("the API").StandardOutput, StringComparison.Ordinal);
        foreach (var path in new[] { "/opt/inboundbridge/x", "/etc/inboundbridge/x", "/x" })
            Assert.NotEqual(0, (await podman.RunAsync("exec", Container, "touch", path)).ExitCode);
        var process = (await podman.RunAsync("exec", Container, "cat", "/proc/1/status")).Succeeded("exec").StandardOutput;
        Assert.Matches(@"(?m)^Uid:\t1654\t1654\t1654\t1654$", process);
        Assert.Matches(@"(?m)^CapBnd:\t0{16}$", process);
        Assert.Matches(@"(?m)^NoNewPrivs:\t1$", process);

        var firewall = (await podman.InsideAsync("iptables-save")).Succeeded("iptables-save").StandardOutput;
        Assert.Contains(OwnChains, firewall, StringComparison.Ordinal);

        (await podman.RunAsync("stop", "-t", "75", Container)).Succeeded("podman stop");
        var state = await podman.RunAsync("inspect", "--format", "{{.State.ExitCode}}", Container);
        Assert.Equal("0", state.Succeeded("podman inspect").StandardOutput.Trim());
        Assert.True(File.Exists(Path.Combine(mail, "data/spool.db")));
        Started(await podman.ComposeAsync(mail, "down", "-t", "75"));
    }

    [Fact]
    public async Task Docker_compose_reads_both_and_refuses_a_slip_of_the_pen()
    {
        var mail = await InitAsync();
        // Whoever forgets the variable is told.
        Assert.Contains("OWNER=UID:GID", (await ConfigAsync(mail, [])).StandardError, StringComparison.Ordinal);
        await ReadAsync(mail, new(StringComparer.Ordinal) { ["OWNER"] = Owner });

        var cluster = _folder["cluster"];
        (await PeerProcess.RunAsync("cp", "cp", ["-R", Path.Combine(Checkout.Root, "deploy/compose"), cluster])).Succeeded("cp");
        var compose = await File.ReadAllTextAsync(Path.Combine(cluster, "compose.yaml"), Cancellation);
        foreach (Match secret in SecretFile().Matches(compose))
            _folder.Write($"cluster/{secret.Groups["file"].Value}", "any");
        await ReadAsync(cluster, []);

        // Each secret that the nodes' configuration reads is one that they get.
        var configuration = await File.ReadAllTextAsync(Path.Combine(cluster, "inboundbridge.yaml"), Cancellation);
        var node = compose[compose.IndexOf("&node", StringComparison.Ordinal)..];
        var given = NodeSecrets().Match(node).Groups["names"].Value.Split(", ");
        Assert.Equal(
            given.Order(StringComparer.Ordinal),
            Secret().Matches(configuration).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(given.Order(StringComparer.Ordinal), SecretFile().Matches(compose).Select(match => match.Groups["file"].Value)
            .Order(StringComparer.Ordinal));

        var proxy = await PeerProcess.RunAsync(
            "haproxy", PeerPrograms.Find("haproxy", "haproxy"), ["-c", "-f", Path.Combine(cluster, "haproxy.cfg")]);
        // It asks for the nodes' addresses, which only the network of compose has; its configuration says to go on without.
        proxy.Succeeded("haproxy -c");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Those of podman's network in the machine's own firewall: other scenarios and people may use podman too.</summary>
    private static async Task<IEnumerable<string>> ChainsAsync() =>
        (await PeerProcess.RunAsync("iptables-save", PeerPrograms.Find("iptables-save", "iptables"), [])).Succeeded("iptables-save")
            .StandardOutput.Split('\n').Where(line => line.StartsWith(':') && line.Contains(OwnChains, StringComparison.Ordinal));

    /// <summary>podman-compose 1.0.3 ends with 0 whatever podman said, so it prints each exit code.</summary>
    private static void Started(PeerResult result)
    {
        result.Succeeded("podman-compose");
        Assert.True(result.Output.Contains("exit code: 0", StringComparison.Ordinal), result.Output);
        Assert.DoesNotMatch("exit code: [^0]", result.Output);
    }

    private async Task<string> InitAsync()
    {
        (await Appliance.RunAsync(["init", _folder["mail"], "--yes"])).Succeeded("init");
        return _folder["mail"];
    }

    /// <summary>Reads it, and then with an unknown key in its first service.</summary>
    private static async Task ReadAsync(string folder, Dictionary<string, string> environment)
    {
        var read = (await ConfigAsync(folder, environment)).Succeeded("docker-compose config");
        Assert.Contains("stop_grace_period: 75s", read.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("read_only: true", read.StandardOutput, StringComparison.Ordinal);
        var file = Path.Combine(folder, "compose.yaml");
        var text = await File.ReadAllTextAsync(file, Cancellation);
        await File.WriteAllTextAsync(file, text.Replace("    read_only:", "    readonly:", StringComparison.Ordinal), Cancellation);
        Assert.NotEqual(0, (await ConfigAsync(folder, environment)).ExitCode);
    }

    private static Task<PeerResult> ConfigAsync(string folder, Dictionary<string, string> environment) => PeerProcess.RunAsync(
        "docker-compose", PeerPrograms.Find("docker-compose", "docker-compose"), ["-f", Path.Combine(folder, "compose.yaml"), "config"],
        workingDirectory: folder, environment: environment);

    [GeneratedRegex(@"\{ file: (?<file>[a-z.]+) \}", RegexOptions.ExplicitCapture)]
    private static partial Regex SecretFile();

    [GeneratedRegex(@"secrets: \[(?<names>[^\]]+)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex NodeSecrets();

    [GeneratedRegex(@"\$\{file:/run/secrets/(?<name>[a-z.]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Secret();
}
