using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// A webhook in the test's own process for tens of thousands of mails from <see cref="MailText.Numbered"/>. It keeps what came and when,
/// and no bodies.
/// </summary>
internal sealed class WebhookTally : IAsyncDisposable
{
    /// <summary>The header in which a node tells its name.</summary>
    public const string NodeHeader = "X-Node";

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<WebhookArrival> _arrivals = new();
    private readonly ConcurrentDictionary<int, bool> _numbers = new();
    private long _answerAfter;

    private WebhookTally(WebApplication application, TimeSpan answerAfter) =>
        (_application, _answerAfter) = (application, answerAfter.Ticks);

    /// <summary>A request that comes from now on stays open for this time.</summary>
    public TimeSpan AnswerAfter
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _answerAfter));
        set => Interlocked.Exchange(ref _answerAfter, value.Ticks);
    }

    public IReadOnlyList<WebhookArrival> Arrivals => [.. _arrivals];

    /// <summary>How many different mails came.</summary>
    public int Mails => _numbers.Count;

    public bool Has(int number) => _numbers.ContainsKey(number);

    /// <param name="answerAfter">A request stays open for this time, so that some are under way at any moment.</param>
    public static async Task<WebhookTally> StartAsync(TimeSpan answerAfter = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var tally = new WebhookTally(builder.Build(), answerAfter);
        tally._application.Run(tally.CountAsync);
        await tally._application.StartAsync();
        return tally;
    }

    /// <summary>The destination <c>app</c> of a node that tells its name.</summary>
    public string Destination(string node) =>
        $$"""app: { webhook: { url: "{{_application.Urls.First()}}/app", format: json, secret: {{WebhookReceiver.Secret}}, """
        + $$"""headers: { {{NodeHeader}}: {{node}} }, {{ApplianceSetup.FastRetries}} } }""";

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task CountAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var subject = body.RootElement.GetProperty("data").GetProperty("subject").GetString()!;
        var number = int.Parse(subject.AsSpan(subject.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
        var headers = context.Request.Headers;
        _arrivals.Enqueue(new WebhookArrival(
            headers["webhook-id"].ToString(), number, headers[NodeHeader].ToString(), TimeProvider.System.GetTimestamp()));
        _numbers[number] = true;
        if (AnswerAfter is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, TimeProvider.System, CancellationToken.None);
    }
}

/// <param name="Id">The webhook-id, which is the delivery's id.</param>
/// <param name="Node">Who sent the request.</param>
/// <param name="At">When it was read, as a timestamp of <see cref="TimeProvider.System"/>.</param>
internal sealed record WebhookArrival(string Id, int Number, string Node, long At);
