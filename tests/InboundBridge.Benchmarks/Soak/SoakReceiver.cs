using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InboundBridge.Benchmarks.Soak;

/// <summary>
/// Receives webhooks and counts each mail by the number in its subject. Now and then it fails, in all the ways that receivers do.
/// </summary>
internal sealed partial class SoakReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<int, int> _taken = new();
    private readonly Random _chance = new(1);
    private readonly int _failures;
    private int _failed;

    private SoakReceiver(WebApplication application, int failures) => (_application, _failures) = (application, failures);

    public string Url => _application.Urls.First();

    /// <summary>Requests that were refused.</summary>
    public int Failed => _failed;

    /// <summary>Mails that were accepted at least once.</summary>
    public int Taken => _taken.Count;

    public static async Task<SoakReceiver> StartAsync(int failures, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new SoakReceiver(builder.Build(), failures);
        receiver._application.Run(receiver.TakeAsync);
        await receiver._application.StartAsync(cancellation);
        return receiver;
    }

    /// <summary>How often a mail was accepted.</summary>
    public int CountOf(int number) => _taken.GetValueOrDefault(number);

    public IEnumerable<int> TakenTwice() => _taken.Where(entry => entry.Value > 1).Select(entry => entry.Key);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [GeneratedRegex("\"subject\":\\s*\"soak (\\d+)\"")]
    private static partial Regex Subject();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var (dice, way) = Throw();
        if (dice < _failures)
        {
            Interlocked.Increment(ref _failed);
            await FailAsync(context, way);
            return;
        }
        var number = int.Parse(Subject().Match(body).Groups[1].Value, CultureInfo.InvariantCulture);
        _taken.AddOrUpdate(number, 1, (_, count) => count + 1);
    }

    private (int Dice, int Way) Throw()
    {
        lock (_chance)
            return (_chance.Next(100), _chance.Next(6));
    }

    private static async Task FailAsync(HttpContext context, int way)
    {
        switch (way)
        {
            case 0:
                context.Abort();
                break;
            case 1:
                // Hang for longer than the destination's time-out.
                await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                break;
            case 2:
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "1";
                break;
            default:
                context.Response.StatusCode = new[] { 500, 429, 404 }[way - 3];
                break;
        }
    }
}
