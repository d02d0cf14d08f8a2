using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>The HTTP service that <c>recipients.http</c> asks: it answers GET ?recipient=ADDRESS with 200 or 404.</summary>
internal sealed class RecipientService : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<string> _asked = new();

    private RecipientService(WebApplication application) => _application = application;

    public string Url => $"{_application.Urls.First()}/verify";

    /// <summary>If set, every answer has this status.</summary>
    public int? Broken { get; set; }

    /// <summary>The recipients in the requests, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public static async Task<RecipientService> StartAsync(params string[] known)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = new RecipientService(builder.Build());
        foreach (var address in known)
            service._known[address] = true;
        service._application.Run(service.AnswerAsync);
        await service._application.StartAsync();
        return service;
    }

    /// <summary>Stops listening.</summary>
    public Task StopAsync() => _application.StopAsync();

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var recipient = context.Request.Query["recipient"].ToString();
        _asked.Enqueue(recipient);
        context.Response.StatusCode = Broken ?? (context.Request.Path == "/verify" && _known.ContainsKey(recipient) ? 200 : 404);
        return context.Response.WriteAsync(context.Response.StatusCode.ToString(CultureInfo.InvariantCulture));
    }
}
