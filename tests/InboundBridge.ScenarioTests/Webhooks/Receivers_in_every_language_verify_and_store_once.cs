using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>The programs of examples/receivers: a mail arrives once, however often it is sent, and nothing else arrives.</summary>
public sealed partial class Receivers_in_every_language_verify_and_store_once : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    private const string OldSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("node", "nodejs", "javascript/receiver.mjs")]
    [InlineData("python3", "python3", "python/receiver.py")]
    [InlineData("ruby", "ruby-webrick", "ruby/receiver.rb")]
    [InlineData("php", "php-cli", "php/receiver.php")]
    public Task A_script(string program, string package, string file) => RunAsync(PeerPrograms.Find(program, package), file);

    /// <summary>Go and Java are large, so <c>./test</c> does not install them; .NET is there but builds for a while.</summary>
    [Theory]
    [InlineData("go", "go/receiver.go", "build")]
    [InlineData("java", "java/Receiver.java", null)]
    [InlineData("dotnet", "csharp/receiver.cs", "run")]
    public Task A_program_that_is_compiled_first(string program, string file, string? verb)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        if (found is null || (program == "java" && !File.Exists(Path.Combine(Path.GetDirectoryName(found)!, "javac"))))
            Assert.Skip($"{program} is not installed");
        return RunAsync(found, file, verb);
    }

    private async Task RunAsync(string program, string file, string? verb = null)
    {
        await FreePort.WithAsync(1, async ports =>
        {
            await RunAsync(program, file, verb, ports[0]);
            return true;
        });
    }

    private async Task RunAsync(string program, string file, string? verb, int port)
    {
        var inbox = _folder.CreateFolder($"inbox-{port}");
        await using var receiver = await StartAsync(program, file, verb, port, inbox);
        // While a secret is changed, both sign.
        var destination = $$"""app: { webhook: { url: "http://127.0.0.1:{{port}}/mail", secret: ["{{OldSecret}}", "{{Secret}}"], """
            + $"{ApplianceSetup.FastRetries} }} }}";
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [destination]));
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith("250", await conversation.SendAsync(
            MailText.Numbered(1, "Help"), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        await appliance.QueueEmptyAsync();
        Assert.True(await appliance.DeliveriesAsync("delivered") == 1, receiver.Log + appliance.Log);

        var stored = Assert.Single(Directory.GetFiles(inbox));
        var id = Path.GetFileNameWithoutExtension(stored);
        var body = await File.ReadAllBytesAsync(stored, TestContext.Current.CancellationToken);
        using (var json = JsonDocument.Parse(body))
            Assert.Equal("Help 1", json.RootElement.GetProperty("data").GetProperty("subject").GetString());
        await receiver.LineAsync(new Regex($"stored {Regex.Escape(id)}", RegexOptions.ExplicitCapture));

        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(port, id, now, body, Sign(id, now, body)));
        await receiver.LineAsync(new Regex($"repeated {Regex.Escape(id)}", RegexOptions.ExplicitCapture));
        byte[] changed = [.. body[..^1], (byte)' ', body[^1]];
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, id, now, changed, Sign(id, now, body)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, "another", now, body, Sign(id, now, body)));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, "unsigned", now, body, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, "short", now, body, Sign("short", now, body)[..^4]));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, "other", now, body, Sign("other", now, body, OldSecret)));
        foreach (var minutes in new[] { -6, 6 })
        {
            var off = now.AddMinutes(minutes);
            Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, "off", off, body, Sign("off", off, body)));
        }
        const string outside = "../outside";
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(port, outside, now, body, Sign(outside, now, body)));

        Assert.Equal(body, await File.ReadAllBytesAsync(stored, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(inbox));
        Assert.False(File.Exists(_folder["outside.json"]));
    }

    private async Task<PeerProcess> StartAsync(string program, string file, string? verb, int port, string inbox)
    {
        // A copy, because compilers write beside the source and read settings of the folders above it.
        var source = Path.Combine(_folder.CreateFolder($"source-{port}"), Path.GetFileName(file));
        File.Copy(Path.Combine(Checkout.Root, "examples/receivers", file), source);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["WEBHOOK_SECRET"] = Secret,
            ["MAIL_FOLDER"] = inbox,
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
        };
        var isPhp = file.EndsWith(".php", StringComparison.Ordinal);
        string[] arguments = isPhp ? ["-S", $"127.0.0.1:{port}", source] : verb is null ? [source] : [verb, source];
        if (verb == "build")
        {
            // 'go run' starts the program as a process of its own, which a signal would not reach.
            var built = Path.ChangeExtension(source, null);
            var result = await PeerProcess.RunAsync(
                "go", program, ["build", "-o", built, source], workingDirectory: Path.GetDirectoryName(source), environment: environment,
                deadline: Deadline.InSeconds(120));
            result.Succeeded("go build");
            program = built;
            arguments = [];
        }
        var receiver = PeerProcess.Start(Path.GetFileName(program), program, arguments, Path.GetDirectoryName(source), environment);
        await receiver.LineAsync(isPhp ? Started() : Listening(), Deadline.InSeconds(120));
        return receiver;
    }

    private static async Task<HttpStatusCode> PostAsync(int port, string id, DateTimeOffset at, byte[] body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/mail");
        request.Content = new ByteArrayContent(body);
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (signature is not null)
            request.Headers.TryAddWithoutValidation("webhook-signature", signature);
        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static string Sign(string id, DateTimeOffset at, byte[] body, string secret = Secret)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds()}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[6..]), signed))}";
    }

    [GeneratedRegex("listening on [0-9]+")]
    private static partial Regex Listening();

    [GeneratedRegex("Development Server .* started")]
    private static partial Regex Started();
}
