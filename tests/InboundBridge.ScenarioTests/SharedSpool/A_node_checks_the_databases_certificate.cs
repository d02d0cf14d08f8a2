using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>
/// <c>SSL Mode=VerifyFull</c> with an authority of the operator's own. What is wrong is named, together with what to change.
/// </summary>
public sealed class A_node_checks_the_databases_certificate : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_name_and_its_authority()
    {
        using var authority = new TestAuthority(_folder);
        using var stranger = new TestAuthority(_folder, "stranger");
        await using var postgres = await StartAsync(authority.Issue("localhost", hasAddress: false));
        await using var tally = await WebhookTally.StartAsync();
        var right = Configuration(tally, "localhost", postgres.Port, authority.File);
        await using (var node = await Appliance.StartAsync(_folder, right, "node"))
        {
            await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.Numbered(1), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
            await Deadline.Usual.UntilAsync(() => tally.Has(1), "the mail", () => node.Log);
            Assert.Equal(["true"], await postgres.ReadAsync(
                "SELECT DISTINCT ssl::text FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'inboundbridge'"));
        }
        await RefusedAsync(
            Configuration(tally, "127.0.0.1", postgres.Port, authority.File), "is for \"localhost\", not for \"127.0.0.1\"", "Host");
        await RefusedAsync(
            Configuration(tally, "localhost", postgres.Port, stranger.File), "issued by \"CN=authority\"", "Root Certificate");
        await RefusedAsync(
            Configuration(tally, "localhost", postgres.Port, _folder["nowhere.pem"]), "nowhere.pem", "Root Certificate");
    }

    /// <summary>Both commands say it, and neither shows the password.</summary>
    private async Task RefusedAsync(string configuration, params string[] words)
    {
        var file = _folder.Write("refused.yaml", configuration
            .Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal)
            .Replace(Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal));
        var output = "";
        // On a busy machine the first connection may take longer than three seconds; then `check` says just that.
        await Deadline.InSeconds(180).UntilAsync(
            async () =>
            {
                output = (await Appliance.RunAsync(["check", "--config", file], _folder.Path)).Succeeded("check").Output;
                return Array.TrueForAll(words, word => output.Contains(word, StringComparison.Ordinal));
            },
            string.Join(" and ", words), () => output);
        await using var run = PeerProcess.Start("inboundbridge", "dotnet", [Appliance.Dll, "run", "--config", file], _folder.Path);
        await Deadline.Usual.UntilAsync(
            () => Array.TrueForAll(words, word => Said().Contains(word, StringComparison.Ordinal)), string.Join(" and ", words), Said);
        // Where it takes longer than two seconds to find out, the node listens meanwhile (451), and says the same.
        if (!Said().Contains("slow_start", StringComparison.Ordinal))
            Assert.Equal(1, await run.ExitAsync());
        Assert.DoesNotContain(Node.Password, output + run.Log, StringComparison.Ordinal);

        // The log escapes quotes.
        string Said() => run.Log.Replace("\\\"", "\"", StringComparison.Ordinal);
    }

    private string Configuration(WebhookTally tally, string host, int port, string root) => Node.Configuration(
        _folder, $"Host={host};Port={port};Username=postgres;Database=postgres;SSL Mode=VerifyFull;Root Certificate={root}",
        tally.Destination("node"), "node");

    private async Task<Postgres> StartAsync(TestCertificate certificate)
    {
        // PostgreSQL takes a key only of its own account.
        (await PeerProcess.RunAsync("chown", "chown", ["postgres", certificate.KeyFile])).Succeeded("chown");
        File.SetUnixFileMode(certificate.KeyFile, UnixFileMode.UserRead);
        return await Postgres.StartAtPortAsync(
            "ssl=on", $"ssl_cert_file={certificate.CertificateFile}", $"ssl_key_file={certificate.KeyFile}");
    }
}
