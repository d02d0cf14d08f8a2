using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace InboundBridge.Demo;

/// <summary>A webhook receiver like those that users write: listens on a free loopback port, prints each call, answers 204.</summary>
internal sealed class DemoReceiver : IAsyncDisposable
{
    private const int LongestText = 400;

    private readonly WebApplication _web;
    private readonly TextWriter _output;
    private readonly TaskCompletionSource _allArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly int _expected;
    private ListenOptions? _bound;

    private DemoReceiver(TextWriter output, int expected)
    {
        _output = output;
        _expected = expected;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => _bound = endpoint));
        _web = builder.Build();
        _web.MapPost("/", ReceiveAsync);
    }

    public string Url => $"http://{_bound!.IPEndPoint}/";

    /// <summary>Completes when the expected number of different calls has come.</summary>
    public Task AllArrived => _allArrived.Task;

    public static async Task<DemoReceiver> StartAsync(TextWriter output, int expected)
    {
        var receiver = new DemoReceiver(output, expected);
        await receiver._web.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        var call = await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        var id = request.Headers["webhook-id"].ToString();
        var data = call!["data"]!;
        lock (_seen)
        {
            _output.WriteLine(
                $"webhook  {id}  rule '{data["rule"]}'  {data["envelope"]!["sender"]} -> "
                + string.Join(", ", data["envelope"]!["recipients"]!.AsArray()));
            _output.WriteLine(Shorten(new JsonObject
            {
                ["subject"] = data["subject"]?.DeepClone(),
                ["text"] = data["text"]?.DeepClone(),
                ["reply_text"] = data["reply_text"]?.DeepClone(),
                ["tags"] = data["tags"]?.DeepClone(),
                ["vars"] = data["vars"]?.DeepClone(),
                ["attachments"] = data["attachments"]?.DeepClone(),
            }));
            _output.WriteLine();
            if (_seen.Add(id) && _seen.Count == _expected)
                _allArrived.TrySetResult();
        }
        return Results.NoContent();
    }

    private static string Shorten(JsonObject shown)
    {
        foreach (var attachment in shown["attachments"]?.AsArray() ?? [])
            attachment!["content"] = "…";
        foreach (var name in new[] { "text", "reply_text" })
        {
            if (shown[name]?.GetValue<string>() is { Length: > LongestText } text)
                shown[name] = text[..LongestText] + "…";
        }
        return shown.ToJsonString(Readable);
    }

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
