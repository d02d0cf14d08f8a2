using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Remote;

/// <summary>
/// The commands' client of a running appliance's API. Every failure is a <see cref="RemoteFault"/> that says what to do about it.
/// </summary>
internal sealed class ApplianceClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _server;
    private readonly bool _hasToken;

    /// <param name="server">The address as the operator wrote it, for messages.</param>
    public ApplianceClient(HttpMessageHandler way, Uri root, string server, string? token)
    {
        (_server, _hasToken) = (server, token is not null);
        _http = new HttpClient(way) { BaseAddress = root, Timeout = TimeSpan.FromSeconds(100) };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonNode> PostAsync(string path, JsonNode? body, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, path, body, cancellationToken);

    public Task<JsonNode> DeleteAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>Fetches each of them first, so that a wrong id ends the command before it has changed any of the others.</summary>
    public async Task<JsonNode[]> FindAllAsync(string collection, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var found = new List<JsonNode>();
        foreach (var id in ids)
        {
            try
            {
                found.Add(await GetAsync($"{collection}/{Uri.EscapeDataString(id)}", cancellationToken));
            }
            catch (RemoteFault fault)
            {
                throw new RemoteFault($"{id}: {fault.Message}", fault.ExitCode);
            }
        }
        return [.. found];
    }

    /// <summary>Reads the server-sent events of a path until the server ends the stream or the caller stops reading.</summary>
    /// <exception cref="RemoteFault">The connection broke.</exception>
    public async IAsyncEnumerable<(string Kind, JsonObject Data)> FollowAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        var kind = string.Empty;
        while (await ReadLineAsync(lines, cancellationToken) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonNode.Parse(line[6..]) is JsonObject data)
                yield return (kind, data);
        }
    }

    private async Task<string?> ReadLineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken);
        }
        catch (IOException fault)
        {
            throw new RemoteFault($"the connection to {_server} broke: {fault.Message}");
        }
    }

    /// <param name="open">Opens the output once the answer has begun, so that a refused request leaves no empty file behind.</param>
    public async Task DownloadAsync(string path, Func<Stream> open, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await using var destination = open();
        await answer.Content.CopyToAsync(destination, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (text.Length == 0)
            return new JsonObject();
        try
        {
            return JsonNode.Parse(text) ?? new JsonObject();
        }
        catch (JsonException)
        {
            throw NotAnAppliance();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"api/v1/{path}");
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw new RemoteFault(
                $"no appliance answers at {_server} ({fault.GetBaseException().Message}). Is it running? --server URL or --config FILE names another one.");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteFault($"the appliance at {_server} did not answer in time");
        }
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await FaultOfAsync(answer, method, cancellationToken);
    }

    private async Task<RemoteFault> FaultOfAsync(HttpResponseMessage answer, HttpMethod method, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            return new RemoteFault(_hasToken
                ? "the appliance does not know this token (http.tokens of its configuration)"
                : $"the appliance requires a token: give --token-file FILE, or {RemoteOptions.TokenVariable} in the environment (http.tokens of its configuration lists them)");
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return NotAnAppliance($" ({(int)answer.StatusCode})");
        var problem = await ReadAsync(answer, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Forbidden)
            return new RemoteFault(
                _hasToken && method != HttpMethod.Get
                ? "this token may only read: changes need a token with role: admin" : "the appliance does not allow this from this address");
        var text = problem?["detail"]?.GetValue<string>() ?? problem?["title"]?.GetValue<string>() ?? $"status {(int)answer.StatusCode}";
        if (problem?["problems"] is JsonArray { Count: > 0 } all)
            text = string.Join('\n', all.Select(line => line?.ToString()).Prepend(problem["title"]?.GetValue<string>()));
        return new RemoteFault(text, answer.StatusCode == HttpStatusCode.BadRequest ? ExitCode.Usage : ExitCode.Failed);
    }

    private static async Task<JsonObject?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private RemoteFault NotAnAppliance(string status = "") => new($"the server at {_server} is not an InboundBridge{status}");
}
