using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Ui.Assets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace InboundBridge.Demo;

/// <summary>
/// A webhook receiver like those that users write: listens on a free loopback port, verifies the signature of each call, prints it, answers
/// 204. Its own page lists what came.
/// </summary>
internal sealed class DemoReceiver : IAsyncDisposable
{
    /// <summary>Calls that its page lists.</summary>
    private const int Most = 200;

    private readonly WebApplication _web;
    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly string _secret;
    private readonly TaskCompletionSource _allArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly LinkedList<DemoCall> _calls = new();
    private readonly Lock _gate = new();
    private readonly UiAssets _assets = new();
    private int _expected = int.MaxValue;
    private bool _prints;
    private ListenOptions? _bound;

    private DemoReceiver(TextWriter output, string secret, TimeProvider clock)
    {
        (_output, _secret, _clock) = (output, secret, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => _bound = endpoint));
        _web = builder.Build();
        _web.MapGet("/", ShowAsync);
        _web.MapGet("/ui/assets/{name}", (HttpContext context, string name) => _assets.AnswerAsync(context, name));
        _web.MapPost("/{destination?}", ReceiveAsync);
    }

    public string Url => $"http://{_bound!.IPEndPoint}/";

    /// <summary>The appliance's web UI, to which the page leads.</summary>
    public string Ui { get; set; } = string.Empty;

    /// <summary>Completes when the expected number of different calls has come.</summary>
    public Task AllArrived => _allArrived.Task;

    /// <param name="secret">With which the appliance signs.</param>
    public static async Task<DemoReceiver> StartAsync(TextWriter output, string secret, TimeProvider clock)
    {
        var receiver = new DemoReceiver(output, secret, clock);
        await receiver._web.StartAsync();
        return receiver;
    }

    /// <summary>From now on calls are printed, and so many different ones are expected.</summary>
    public void Expect(int calls)
    {
        lock (_gate)
        {
            _prints = true;
            _expected = _seen.Count + calls;
        }
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var octets = body.GetBuffer().AsMemory(0, (int)body.Length);
        var id = request.Headers["webhook-id"].ToString();
        var isSigned = DemoCall.IsSignedBy(
            _secret, id, request.Headers["webhook-timestamp"].ToString(), octets.Span, request.Headers["webhook-signature"].ToString());
        if (Data(octets.Span) is not { } data)
            return Results.BadRequest();
        var call = DemoCall.Of(_clock.GetUtcNow(), id, request.Path.ToString(), isSigned, data);
        lock (_gate)
        {
            _calls.AddFirst(call);
            if (_calls.Count > Most)
                _calls.RemoveLast();
            if (_prints)
                Print(call, data);
            if (_seen.Add(id) && _seen.Count == _expected)
                _allArrived.TrySetResult();
        }
        return Results.NoContent();
    }

    /// <summary>Null for a body that is not the appliance's JSON.</summary>
    private static JsonObject? Data(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body)?["data"] as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Print(DemoCall call, JsonObject data)
    {
        _output.WriteLine(
            $"webhook  {call.Id}  {(call.IsSigned ? "signature verified" : "NOT SIGNED")}  rule '{call.Rule}'  {call.Sender} -> "
            + string.Join(", ", data["envelope"]?["recipients"]?.AsArray() ?? []));
        var shown = new JsonObject();
        foreach (var name in new[] { "subject", "text", "reply_text", "tags", "vars", "attachments" })
            shown[name] = JsonNode.Parse(call.Body)![name]?.DeepClone();
        _output.WriteLine(shown.ToJsonString(Readable));
        _output.WriteLine();
    }

    private async Task ShowAsync(HttpContext context)
    {
        List<DemoCall> calls;
        lock (_gate)
            calls = [.. _calls];
        await DemoPage.WriteAsync(context, new DemoReceiverModel(calls, Ui, _assets.Style, _assets.Icon, _clock.GetUtcNow()));
    }

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
