using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks.Receivers;

/// <summary>A program of examples/receivers that runs and stores mails in a folder.</summary>
internal sealed partial class ExampleReceiver : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly PeerProcess _process;

    private ExampleReceiver(PeerProcess process, int port, string inbox)
    {
        _process = process;
        Port = port;
        Inbox = inbox;
    }

    public int Port { get; }

    public string Inbox { get; }

    public string Log => _process.Log;

    /// <summary>The mails that it has stored, and not what an interrupted request left behind.</summary>
    public IReadOnlyList<string> Stored =>
        [.. Directory.GetFiles(Inbox).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];

    /// <param name="language">A row of <see cref="ReceiverLanguage"/>.</param>
    /// <param name="inbox">The folder for mails.</param>
    /// <param name="strace">Options of strace, which makes system calls late, fail or kill; null: it runs by itself.</param>
    public static Task<ExampleReceiver> StartAsync(string language, string inbox, params string[] strace) =>
        FreePort.WithAsync(1, async ports =>
        {
            var (program, arguments) = await ReceiverLanguage.CommandAsync(language, ports[0]);
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["WEBHOOK_SECRET"] = Secret,
                ["MAIL_FOLDER"] = inbox,
                ["PORT"] = ports[0].ToString(CultureInfo.InvariantCulture),
            };
            if (strace.Length > 0)
            {
                arguments = ["-f", "-qq", "-o", "/dev/null", .. strace, program, .. arguments];
                program = PeerPrograms.Find("strace", "strace");
            }
            else if (language == "php")
            {
                // PHP's own server takes one request after the other otherwise.
                environment["PHP_CLI_SERVER_WORKERS"] = "4";
            }
            var process = PeerProcess.Start(language, program, arguments, Path.GetDirectoryName(inbox), environment);
            var receiver = new ExampleReceiver(process, ports[0], inbox);
            try
            {
                await process.LineAsync(Listening(), Deadline.InSeconds(120));
            }
            catch (InvalidOperationException fault)
            {
                throw fault.Message.Contains("in use", StringComparison.OrdinalIgnoreCase) ? new PortTakenException(fault.Message) : fault;
            }
            return receiver;
        });

    /// <summary>Null when the connection broke without an answer.</summary>
    public async Task<HttpStatusCode?> PostAsync(ReceiverRequest sent)
    {
        using var request = new HttpRequestMessage(sent.Method, $"http://127.0.0.1:{Port}/mail");
        request.Content = new ByteArrayContent(sent.Body);
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in sent.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Sends a request whose body is not complete, and closes the connection.</summary>
    /// <param name="sent">The request.</param>
    /// <param name="length">What Content-Length says.</param>
    /// <returns>The status line, if one is asked for.</returns>
    public async Task<string?> PostPartAsync(ReceiverRequest sent, long length, bool answered)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var head = string.Concat(sent.Headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /mail HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n{head}\r\n"));
        await stream.WriteAsync(sent.Body);
        using var reader = new StreamReader(stream);
        return answered ? await reader.ReadLineAsync(TestContext.Current.CancellationToken) : null;
    }

    public Task SaysAsync(string what, string id) =>
        _process.LineAsync(new Regex($@"{what} {Regex.Escape(id)}\b", RegexOptions.ExplicitCapture));

    public int Says(string what, string id) => _process.Lines.Count(line => line.EndsWith($"{what} {id}", StringComparison.Ordinal));

    public Task EndAsync() => _process.ExitAsync();

    /// <summary>kill -9.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await _process.KillTreeAsync();
        await _process.DisposeAsync();
    }

    [GeneratedRegex("listening on [0-9]+|Development Server .* started")]
    private static partial Regex Listening();
}
