using System.Net;
using InboundBridge.Configuration.Secrets;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>A session has its bounds, and what still runs for it ends with it, also where nothing happens.</summary>
public sealed class UiSessionTests
{
    private const string Admin = "ibt_admin-for-tests";
    private const string Reader = "ibt_reader-for-tests";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static string Eye => $"{{ name: eye, hash: '{TokenDigest.Make(Reader)}', role: read }}";

    private static string Ops => $"{{ name: ops, hash: '{TokenDigest.Make(Admin)}', role: admin }}";

    private static string Tokens => $"http: {{ tokens: [{Ops}, {Eye}] }}";

    public static TheoryData<string> Ends => ["sign out", "time", "reload", "other sessions", "sign in again"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_silent_live_page_ends_with_its_session(string how)
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var browser = new UiBrowser(api);
        await browser.SignInAsync(Reader);
        using var page = await LivePage.OpenAsync(api, browser.Cookie!);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(": following", await page.NextAsync());
        switch (how)
        {
            case "sign out":
                await browser.ReadAsync("/ui");
                using (var answer = await browser.PostAsync("/ui/logout"))
                    Assert.Equal("/ui/login", answer.Headers.Location?.ToString());
                break;
            case "time":
                api.Clock.Advance(TimeSpan.FromHours(12));
                break;
            case "reload":
                Assert.False((await api.ReloadAsync($"http.tokens=[{Ops}]")).Problems.HasErrors);
                break;
            case "other sessions":
                for (var count = 0; count < 50; count++)
                    await new UiBrowser(api).SignInAsync(Reader);
                break;
            default:
                await browser.SignInAsync(Reader);
                break;
        }
        await page.EndAsync();
    }

    [Fact]
    public async Task Whoever_signs_in_again_and_again_ends_only_own_sessions()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var (admin, oldest) = (new UiBrowser(api), new UiBrowser(api));
        await admin.SignInAsync(Admin);
        await oldest.SignInAsync(Reader);
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        var newer = new UiBrowser(api);
        await newer.SignInAsync(Reader);
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var count = 0; count < 49; count++)
            await new UiBrowser(api).SignInAsync(Reader);
        await oldest.ReadAsync("/ui", HttpStatusCode.SeeOther);
        await newer.ReadAsync("/ui");
        await admin.ReadAsync("/ui");
    }

    [Fact]
    public async Task A_session_has_a_number_of_live_pages_and_others_keep_theirs()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var (reader, admin) = (new UiBrowser(api), new UiBrowser(api));
        await reader.SignInAsync(Reader);
        await admin.SignInAsync(Admin);
        var pages = new List<LivePage>();
        for (var count = 0; count < 21; count++)
            pages.Add(await LivePage.OpenAsync(api, reader.Cookie!));
        Assert.Equal(20, pages.Count(page => page.Status == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, pages[^1].Status);
        pages.Add(await LivePage.OpenAsync(api, admin.Cookie!));
        Assert.Equal(HttpStatusCode.OK, pages[^1].Status);
        pages.ForEach(page => page.Dispose());
    }

    [Fact]
    public async Task A_session_that_a_stranger_prepared_is_not_signed_in()
    {
        await using var api = await ApiFixture.CreateAsync(Tokens);
        var planted = new string('a', 64);
        var browser = new UiBrowser(api) { Cookie = planted };
        await browser.SignInAsync(Admin);
        Assert.NotEqual(planted, browser.Cookie);
        browser.Cookie = planted;
        await browser.ReadAsync("/ui", HttpStatusCode.SeeOther);
    }

    /// <summary>The events of a page, as its script gets them.</summary>
    private sealed class LivePage : IDisposable
    {
        private readonly CancellationTokenSource _leave;
        private readonly HttpResponseMessage _answer;
        private readonly HttpClient _client;
        private readonly StreamReader _lines;

        private LivePage(HttpClient client, HttpResponseMessage answer, Stream events, CancellationTokenSource leave) =>
            (_client, _answer, _lines, _leave) = (client, answer, new StreamReader(events), leave);

        public HttpStatusCode Status => _answer.StatusCode;

        public static async Task<LivePage> OpenAsync(ApiFixture api, string cookie)
        {
            var client = api.Client();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/ui/events");
            request.Headers.TryAddWithoutValidation("Cookie", $"inboundbridge_session={cookie}");
            var leave = new CancellationTokenSource(Patience);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            return new LivePage(client, answer, await answer.Content.ReadAsStreamAsync(leave.Token), leave);
        }

        /// <summary>The next line that says something; null at the end.</summary>
        public async Task<string?> NextAsync()
        {
            while (await _lines.ReadLineAsync(_leave.Token) is { } line)
            {
                if (line.Length > 0 && line != ": beat")
                    return line;
            }
            return null;
        }

        /// <summary>Reads to the end, which must come by itself.</summary>
        public async Task EndAsync()
        {
            while (await NextAsync() is not null)
                continue;
        }

        public void Dispose()
        {
            _leave.Cancel();
            _lines.Dispose();
            _answer.Dispose();
            _client.Dispose();
            _leave.Dispose();
        }
    }
}
