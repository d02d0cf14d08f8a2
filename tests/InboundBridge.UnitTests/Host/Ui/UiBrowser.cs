using System.Net;
using System.Text.RegularExpressions;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Ui;

/// <summary>
/// A browser without scripts: it keeps the cookie, sends forms with the token of their page, and follows no redirect by itself.
/// </summary>
internal sealed partial class UiBrowser(ApiFixture api)
{
    /// <summary>The value of the session's cookie; null without one.</summary>
    public string? Cookie { get; set; }

    /// <summary>Fields of every request.</summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal) { ["Sec-Fetch-Site"] = "same-origin" };

    /// <summary>The text of the last answer.</summary>
    public string Text { get; private set; } = string.Empty;

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Reads a page, which must answer with this status.</summary>
    public async Task<string> ReadAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await GetAsync(path);
        Assert.True(expected == answer.StatusCode, $"{path}: {(int)answer.StatusCode} {Text}");
        return Text;
    }

    /// <summary>Sends a form with the token of the page that was read last.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) =>
        PostBareAsync(path, [("form_token", TokenIn(Text)), .. fields]);

    public Task<HttpResponseMessage> PostBareAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        });

    /// <summary>Sends a form, expects to be led to another page, and reads it.</summary>
    public async Task<string> SubmitAsync(string path, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(path, fields);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{path}: {(int)answer.StatusCode} {Text}");
        return await ReadAsync(answer.Headers.Location!.ToString());
    }

    public async Task SignInAsync(string token)
    {
        await ReadAsync("/ui/login");
        using var answer = await PostAsync("/ui/login", ("token", token));
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{(int)answer.StatusCode} {Text}");
    }

    public static string TokenIn(string page) => Token().Match(page) is { Success: true } found ? found.Groups[1].Value : string.Empty;

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            foreach (var (name, value) in Fields)
                request.Headers.TryAddWithoutValidation(name, value);
            if (Cookie is { } cookie)
                request.Headers.TryAddWithoutValidation("Cookie", $"inboundbridge_session={cookie}");
            using var client = api.Client();
            var answer = await client.SendAsync(request);
            if (answer.Headers.TryGetValues("Set-Cookie", out var set) && SessionValue().Match(set.First()) is { Success: true } found)
                Cookie = found.Groups[1].Value is { Length: > 0 } value ? value : null;
            Text = await answer.Content.ReadAsStringAsync();
            return answer;
        }
    }

    [GeneratedRegex("name=\"form_token\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("^inboundbridge_session=([^;]*)")]
    private static partial Regex SessionValue();
}
