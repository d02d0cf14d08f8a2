using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// An HTTP receiver in Node.js that verifies each request with npm standardwebhooks. It can fail, hang, stop and restart.
/// </summary>
internal sealed partial class WebhookReceiver : IAsyncDisposable
{
    /// <summary>Any 32 octets.</summary>
    public const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private readonly PeerProcess _process;
    private int _orders;
    private int _parsed;
    private readonly List<WebhookRequest> _requests = [];

    private WebhookReceiver(PeerProcess process) => _process = process;

    public int Port { get; private set; }

    public string Log => _process.Log;

    /// <summary>All requests so far, whatever the status of the answer.</summary>
    public IReadOnlyList<WebhookRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                var lines = _process.Lines;
                for (; _parsed < lines.Count; _parsed++)
                {
                    if (lines[_parsed].StartsWith('{'))
                        _requests.Add(JsonSerializer.Deserialize<WebhookRequest>(lines[_parsed], JsonSerializerOptions.Web)!);
                }

                return [.. _requests];
            }
        }
    }

    /// <summary>The requests that got 2xx.</summary>
    public IReadOnlyList<WebhookRequest> Accepted => [.. Requests.Where(request => request.Status is >= 200 and < 300)];

    public static async Task<WebhookReceiver> StartAsync(PeerFolder folder, string name = "receiver", string secret = Secret)
    {
        var node = PeerPrograms.Node(out var environment);
        string[] arguments = [PeerPrograms.Script("receiver.mjs"), folder.CreateFolder(name), secret];
        var receiver = new WebhookReceiver(PeerProcess.Start(name, node, arguments, environment: environment));
        var open = await receiver._process.LineAsync(Open());
        receiver.Port = int.Parse(open.Groups[1].Value, CultureInfo.InvariantCulture);
        return receiver;
    }

    public string Url(string path = "/mail") => $"http://127.0.0.1:{Port}{path}";

    public Task AnswerAsync(int status, int? times = null, string body = "", JsonObject? headers = null)
    {
        var order = new JsonObject { ["status"] = status, ["body"] = body };
        if (times is { } count)
            order["times"] = count;
        if (headers is not null)
            order["headers"] = headers;
        return OrderAsync(order);
    }

    /// <summary>Sends these octets instead of an answer, and closes the connection.</summary>
    public Task AnswerRawAsync(string octets) => OrderAsync(new JsonObject { ["raw"] = octets });

    /// <summary>Answers 200 after a time. The request counts as one that got no answer.</summary>
    /// <param name="times">After so many requests it answers 200 at once again; null: never.</param>
    public Task AnswerAfterAsync(TimeSpan delay, int? times = null)
    {
        var order = new JsonObject { ["delay"] = (int)delay.TotalMilliseconds };
        if (times is { } some)
            order["times"] = some;
        return OrderAsync(order);
    }

    /// <summary>By webhook-id: one mail in four gets 422, one in four 503 the first time, the others 200.</summary>
    public Task AnswerMixedAsync() => OrderAsync(new JsonObject { ["mixed"] = true });

    public Task HangAsync() => OrderAsync(new JsonObject { ["hang"] = true });

    /// <summary>Closes the port and every connection.</summary>
    public Task GoDownAsync() => OrderAsync(new JsonObject { ["close"] = true });

    public Task ComeBackAsync() => OrderAsync(new JsonObject { ["open"] = true });

    public async Task<IReadOnlyList<WebhookRequest>> WaitForAsync(int accepted, Deadline? deadline = null, Func<string>? state = null)
    {
        await (deadline ?? Deadline.Usual).UntilAsync(
            () => Accepted.Count >= accepted,
            $"{accepted} accepted requests",
            () => $"accepted {Accepted.Count} of {Requests.Count} requests\n{state?.Invoke()}");
        return Accepted;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"^open (\d+)$")]
    private static partial Regex Open();

    private async Task OrderAsync(JsonObject order)
    {
        await _process.TellAsync(order.ToJsonString());
        _orders++;
        await Deadline.Usual.UntilAsync(
            () => _process.Lines.Count(line => line == "done") >= _orders, "the receiver to follow an order", () => _process.Log);
    }
}
