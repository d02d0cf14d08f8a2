using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace InboundBridge.UnitTests.Host.Telemetry;

/// <summary>A collector of our own: OTLP over HTTP, or gRPC without TLS, on a port of loopback.</summary>
internal sealed class Collector : IAsyncDisposable
{
    /// <summary>Before each message of gRPC: a flag and a length.</summary>
    private const int GrpcPrefix = 5;

    private readonly WebApplication _web;

    private Collector(WebApplication web) => _web = web;

    /// <summary>Without a path.</summary>
    public string Url => _web.Urls.Single();

    /// <summary>Answers instead of the collector; null: it takes what comes.</summary>
    public Func<HttpContext, Task>? Odd { get; set; }

    public ConcurrentQueue<string> Paths { get; } = new();

    public ConcurrentQueue<CollectedSpan> Spans { get; } = new();

    public ConcurrentQueue<Wire> Logs { get; } = new();

    public static async Task<Collector> StartAsync(bool isGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0,
            listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var web = builder.Build();
        var collector = new Collector(web);
        web.MapPost("/{**path}", (HttpContext context) => collector.TakeAsync(context, isGrpc));
        await web.StartAsync();
        return collector;
    }

    public async Task<IReadOnlyList<CollectedSpan>> WaitAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Spans.Count < count)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        return [.. Spans];
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task TakeAsync(HttpContext context, bool isGrpc)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var octets = body.ToArray();
        Paths.Enqueue(context.Request.Path);
        if (Odd is { } odd)
        {
            await odd(context);
            return;
        }
        var isTraces = context.Request.Path.Value!.Contains("trace", StringComparison.Ordinal);
        Take(Wire.Read(isGrpc ? octets.AsSpan(GrpcPrefix) : octets), isTraces);
        if (!isGrpc)
        {
            context.Response.ContentType = "application/x-protobuf";
            return;
        }
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[GrpcPrefix], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private void Take(Wire request, bool isTraces)
    {
        // ExportTraceServiceRequest.resource_spans, ResourceSpans.scope_spans, ScopeSpans.spans; the same numbers for logs.
        foreach (var resource in request.All(1))
        {
            foreach (var item in resource.All(2).SelectMany(scope => scope.All(2)))
            {
                if (isTraces)
                    Spans.Enqueue(CollectedSpan.Of(item, resource.One(1).Attributes(1)));
                else
                    Logs.Enqueue(item);
            }
        }
    }
}

/// <param name="Parent">Empty: it has none.</param>
/// <param name="Resource">Who sent it.</param>
internal sealed record CollectedSpan(
    string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, string> Resource)
{
    public static CollectedSpan Of(Wire span, Dictionary<string, string> resource) =>
        new(span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Attributes(9), resource);
}
