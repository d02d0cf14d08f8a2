using InboundBridge.MailFlow.Queue.Events;
using InboundBridge.Operations.Status;

namespace InboundBridge.UnitTests.Host.Api;

public sealed class EventsApiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_follower_gets_the_events_and_leaves_nothing_behind()
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.Equal(0, api.Core.Operations.Events.Followers);
        using var client = api.Client();
        using (var leave = new CancellationTokenSource(Patience))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(leave.Token));
            Assert.Equal(": following", await lines.ReadLineAsync(leave.Token));
            var id = await api.SubmitAsync("Hello");
            Assert.Equal("event: received", await NextAsync(lines, leave.Token));
            Assert.Contains(id, await NextAsync(lines, leave.Token), StringComparison.Ordinal);
            await api.AskAsync("POST /api/v1/destinations/hook/pause", System.Net.HttpStatusCode.NoContent);
            Assert.Equal("event: paused", await NextAsync(lines, leave.Token));
            Assert.Contains("\"destination\":\"hook\"", await NextAsync(lines, leave.Token), StringComparison.Ordinal);
            api.Clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(": beat", await NextAsync(lines, leave.Token));
            api.Core.BeginStop();
            Assert.Null(await NextAsync(lines, leave.Token));
        }
        Assert.Equal(0, api.Core.Operations.Events.Followers);
    }

    [Fact]
    public async Task A_token_that_a_reload_takes_away_hears_nothing_more()
    {
        var token =
            $"http.tokens=[{{ name: ops, hash: '{InboundBridge.Configuration.Secrets.TokenDigest.Make("ibt_follower")}', role: read }}]";
        await using var api = await ApiFixture.CreateAsync();
        Assert.False((await api.ReloadAsync(token)).Problems.HasErrors);
        using var client = api.Client();
        using var leave = new CancellationTokenSource(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer ibt_follower");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(leave.Token));
        Assert.Equal(": following", await lines.ReadLineAsync(leave.Token));
        Assert.False((await api.ReloadAsync(token, "log.level=debug")).Problems.HasErrors);
        api.Queue.Watcher!(new QueueEvent("received", api.Clock.GetUtcNow(), null, null, "still there", null));
        Assert.Equal("event: received", await NextAsync(lines, leave.Token));
        Assert.NotNull(await NextAsync(lines, leave.Token));
        Assert.False((await api.ReloadAsync(token.Replace("ops", "other", StringComparison.Ordinal))).Problems.HasErrors);
        Assert.Null(await NextAsync(lines, leave.Token));
    }

    [Fact]
    public async Task A_slow_follower_is_told_how_much_it_missed_and_delays_nobody()
    {
        await using var api = await ApiFixture.CreateAsync();
        var feed = new EventFeed(api.Queue);
        using var slow = feed.Follow();
        for (var index = 0; index < 1500; index++)
            api.Queue.Watcher!(new QueueEvent("received", api.Clock.GetUtcNow(), null, null, $"{index}", null));
        Assert.Equal(500, slow!.TakeMissed());
        Assert.True(slow.Events.TryRead(out var oldest));
        Assert.Equal("500", oldest.Happened.Destination);
        var others = Enumerable.Range(0, EventFeed.MostFollowers - 1).Select(_ => feed.Follow()).ToList();
        Assert.Null(feed.Follow());
        // Somebody with a token who has no place yet gets one all the same, and no token takes all.
        using var late = feed.Follow("late");
        Assert.NotNull(late);
        others.ForEach(other => other!.Dispose());
        var own = Enumerable.Range(0, 60).Select(_ => feed.Follow("eye")).ToList();
        Assert.Equal(EventFeed.MostOfToken, own.Count(follower => follower is not null));
        own.ForEach(follower => follower?.Dispose());
    }

    private static async Task<string?> NextAsync(StreamReader lines, CancellationToken stop)
    {
        while (await lines.ReadLineAsync(stop) is { } line)
        {
            if (line.Length > 0)
                return line;
        }
        return null;
    }
}
