using System.Text;
using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.Operations.Principals;
using InboundBridge.Operations.Status;
using InboundBridge.Ui.Live;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui.Live;

/// <summary>Open pages hear what happens, twice a second, and none of them holds anything up.</summary>
public sealed class LiveFeedTests : IAsyncLifetime
{
    private ApiFixture _api = null!;
    private LiveFeed _feed = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ApiFixture.CreateAsync();
        _feed = new LiveFeed(new EventOperations(new EventFeed(_api.Queue)), _api.Clock);
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public void Pages_get_the_events_of_their_kind_in_their_order()
    {
        using var all = Listen(null);
        using var one = Listen("paused");
        Happen("resumed", "a");
        Happen("paused", "b");
        Happen("resumed", "c");
        Assert.False(all.Texts.TryRead(out _));
        Tick();
        Assert.Equal(["resumed a", "paused b", "resumed c"], Read(all));
        Assert.Equal(["paused b"], Read(one));
        Tick();
        Assert.False(all.Texts.TryRead(out _));
    }

    [Fact]
    public void Of_a_flood_the_newest_are_told_and_the_others_counted()
    {
        using var all = Listen(null);
        using var one = Listen("received");
        for (var index = 0; index < 1000; index++)
            Happen("received", $"{index}");
        Happen("paused", "x");
        Tick();
        Assert.Equal(["missed 980", .. Enumerable.Range(980, 20).Select(index => $"received {index}")], Read(one));
        Assert.Equal(22, Read(all).Length);
    }

    [Fact]
    public void A_text_is_written_once_for_all_pages()
    {
        var listeners = Enumerable.Range(0, 50).Select(_ => Listen(null)).ToList();
        Happen("received", "a");
        Tick();
        var texts = listeners.ConvertAll(listener => listener.Texts.TryRead(out var text) ? text : null);
        Assert.All(texts, text => Assert.Same(texts[0], text));
        listeners.ForEach(listener => listener.Dispose());
    }

    [Fact]
    public void A_page_that_takes_nothing_is_dropped_and_the_others_stay()
    {
        using var slow = Listen(null);
        using var good = Listen(null);
        for (var index = 0; index < 20; index++)
        {
            Happen("received", $"{index}");
            Tick();
            Assert.Equal([$"received {index}"], Read(good));
        }
        while (slow.Texts.TryRead(out _))
            continue;
        Assert.True(slow.Texts.Completion.IsCompletedSuccessfully);
        Assert.False(good.Texts.Completion.IsCompleted);
    }

    [Fact]
    public void Their_number_is_bounded_and_without_any_nobody_watches_the_queue()
    {
        var listeners = Enumerable.Range(0, LiveFeed.MostListeners).Select(_ => Listen(null)).ToList();
        Assert.Null(_feed.Listen(Principal.Local, null, null));
        Assert.NotNull(_api.Queue.Watcher);
        listeners.ForEach(listener => listener.Dispose());
        Assert.Null(_api.Queue.Watcher);
        using var again = Listen(null);
        Happen("received", "a");
        Tick();
        Assert.Equal(["received a"], Read(again));
    }

    [Fact]
    public void A_session_and_a_token_take_no_more_than_their_share()
    {
        var (reader, other) = (new Principal("eye", Role.Read), new Principal("ops", Role.Admin));
        var own = Enumerable.Range(0, 100).Select(index => _feed.Listen(reader, $"session {index / 30}", null)).ToList();
        Assert.Equal(LiveFeed.MostOfToken, own.Count(listener => listener is not null));
        Assert.Equal(LiveFeed.MostOfSession, own.Take(30).Count(listener => listener is not null));
        own.ForEach(listener => listener?.Dispose());
        // Many tokens that fill all places leave some to each that has none.
        var crowd = Enumerable.Range(0, 40).SelectMany(token => Enumerable.Range(0, 10)
            .Select(_ => _feed.Listen(new Principal($"token {token}", Role.Read), $"of {token}", null))).OfType<LiveListener>().ToList();
        Assert.InRange(crowd.Count, LiveFeed.MostListeners, LiveFeed.MostListeners + (40 * LiveFeed.Reserved));
        using var page = _feed.Listen(other, "mine", null);
        Assert.NotNull(page);
        crowd.ForEach(listener => listener.Dispose());
    }

    [Fact]
    public void A_silent_connection_is_kept_open()
    {
        using var page = Listen(null);
        for (var tick = 0; tick < 30; tick++)
            Tick();
        Assert.True(page.Texts.TryRead(out var text));
        Assert.Equal(": beat\n\n", Encoding.UTF8.GetString(text));
    }

    private LiveListener Listen(string? kind) => _feed.Listen(Principal.Local, null, kind)!;

    private void Happen(string kind, string destination) =>
        _api.Queue.Watcher!(new QueueEvent(kind, _api.Clock.GetUtcNow(), null, null, destination, null));

    private void Tick() => _api.Clock.Advance(LiveFeed.Pace);

    /// <summary>The events of the texts that wait: their kinds, with the destination or the count.</summary>
    private static string[] Read(LiveListener listener)
    {
        var read = new List<string>();
        while (listener.Texts.TryRead(out var text))
        {
            foreach (var each in Encoding.UTF8.GetString(text).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            {
                var lines = each.Split('\n');
                var data = System.Text.Json.JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement;
                var what = data.TryGetProperty("count", out var count) ? count : data.GetProperty("destination");
                read.Add($"{lines[0]["event: ".Length..]} {what}");
            }
        }
        return [.. read];
    }
}
