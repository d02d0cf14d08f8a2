using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Asking;
using InboundBridge.MailFlow.Queue.Destinations;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Sending;

/// <summary>What an answer means while the sender waits for it.</summary>
public partial class AskedOutcomeTests
{
    private static readonly IReadOnlyList<(string Format, int Status, string Outcome)> Table = [.. Read()];

    [Fact]
    public void The_table_has_every_status_of_every_format_once() => Assert.Equal(
        WebhookFormats.Names.SelectMany(format => Enumerable.Range(200, 400).Select(status => (format, status))).Order(),
        Table.Select(row => (row.Format, row.Status)).Order());

    [Fact]
    public async Task Each_format_keeps_its_table()
    {
        var wrong = new List<string>();
        foreach (var (format, status, outcome) in Table)
        {
            var found = Word(await AskAsync(new RecordingHandler(status), Options with { Format = format }));
            if (found != outcome)
                wrong.Add($"{format} {status}: {found}, not {outcome}");
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(WebhookStatusMeaning.Delivered, "delivered")]
    [InlineData(WebhookStatusMeaning.Retry, "deferred")]
    [InlineData(WebhookStatusMeaning.Fail, "failed")]
    [InlineData(WebhookStatusMeaning.Discard, "dropped")]
    [InlineData(WebhookStatusMeaning.Pause, "paused")]
    [InlineData(WebhookStatusMeaning.Reject, "refused")]
    public async Task Configured_responses_replace_the_formats_own(WebhookStatusMeaning meaning, string outcome)
    {
        var options = Options with { Responses = new Dictionary<int, WebhookStatusMeaning> { [202] = meaning, [422] = meaning } };
        Assert.Equal(outcome, Word(await AskAsync(new RecordingHandler(202), options)));
        Assert.Equal(outcome, Word(await AskAsync(new RecordingHandler(422), options)));
    }

    [Theory]
    [InlineData("text/plain", "No such tenant\r\nand more", "No such tenant")]
    [InlineData("text/plain; charset=utf-8", "\n  spaces", "spaces")]
    [InlineData("application/json", "{\"error\":\"secret detail\"}", "")]
    [InlineData("text/html", "<h1>No</h1>", "")]
    public async Task Only_a_plain_answer_is_meant_for_the_sender(string type, string body, string words)
    {
        var response = new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) { Content = new StringContent(body) };
        response.Content.Headers.Remove("Content-Type");
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(words, Assert.IsType<DeliveryOutcome.Refused>(await AskAsync(new RecordingHandler(response))).Words);
    }

    [Theory]
    [InlineData(422, true)]
    [InlineData(429, true)]
    [InlineData(503, false)]
    public async Task Only_5xx_counts_as_a_failure_of_the_destination(int status, bool answered) =>
        Assert.Equal(answered, Assert.IsType<DeliveryOutcome.Refused>(await AskAsync(new RecordingHandler(status))).Answered);

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.InvalidResponse)]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.NameResolutionError)]
    public async Task Without_an_answer_the_queue_takes_over(HttpRequestError error) =>
        Assert.Equal("queued", Word(await AskAsync(new RecordingHandler(_ => throw new HttpRequestException(error, "failed")))));

    /// <summary>What was spent before the request, waiting for memory, is not given again.</summary>
    [Theory]
    [InlineData(0, 10)]
    [InlineData(6, 4)]
    [InlineData(10, 0)]
    [InlineData(11, 0)]
    public async Task The_time_is_what_is_left_of_the_senders(int spent, int left)
    {
        var clock = new FakeTimeProvider(Now);
        var ask = AskTime.From(clock, TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(spent));
        var asked = new TaskCompletionSource();
        var handler = new RecordingHandler(async token =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new HttpResponseMessage();
        });
        var outcome = DeliverAsync(handler, attempt: Attempt() with { Ask = ask }, clock: clock).AsTask();
        if (left > 0)
        {
            await asked.Task;
            clock.Advance(TimeSpan.FromSeconds(left));
        }
        Assert.Equal($"no answer within {left} s", Assert.IsType<DeliveryOutcome.RetryLater>(await outcome).Reply.Text);
    }

    /// <summary>A repeat whose first mail is on record has an id of its own there.</summary>
    [Theory]
    [InlineData("json")]
    [InlineData("cloudevents")]
    [InlineData("ses-sns")]
    public async Task A_repeat_is_the_same_request_as_the_first(string format)
    {
        var first = new RecordingHandler();
        await AskAsync(first, Options with { Format = format });
        var repeat = new RecordingHandler();
        var delivery = Sample with { Id = AskedIds.Again(Sample.Id, Message.Id) };
        await DeliverAsync(repeat, Options with { Format = format }, Attempt(delivery));
        Assert.Equal(first.Request.Header("webhook-id"), repeat.Request.Header("webhook-id"));
        Assert.Equal(first.Request.Text, repeat.Request.Text);
    }

    private static ValueTask<DeliveryOutcome> AskAsync(HttpMessageHandler handler, WebhookOptions? options = null) => DeliverAsync(
        handler, options,
        Attempt() with { Ask = AskTime.From(TimeProvider.System, TimeSpan.FromMinutes(1)) });

    private static string Word(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Discarded => "dropped",
        DeliveryOutcome.PauseDestination => "paused",
        DeliveryOutcome.Refused { IsTemporary: true } => "deferred",
        DeliveryOutcome.Refused => "refused",
        DeliveryOutcome.RetryLater => "queued",
        DeliveryOutcome.Failed => "failed",
        _ => outcome.GetType().Name,
    };

    private static IEnumerable<(string Format, int Status, string Outcome)> Read()
    {
        foreach (var line in File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests/testdata/sync-answers/answers.txt")))
        {
            if (Row().Match(line) is not { Success: true } row)
                continue;
            foreach (var format in row.Groups["formats"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (var range in row.Groups["statuses"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var ends = range.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToList();
                    for (var status = ends[0]; status <= ends[^1]; status++)
                        yield return (format, status, row.Groups["outcome"].Value);
                }
            }
        }
    }

    [GeneratedRegex("^(?<formats>[a-z][a-z -]*?)  +(?<statuses>[0-9][0-9 -]*?)  +(?<outcome>[a-z]+)$")]
    private static partial Regex Row();
}
