using System.Net;
using System.Text;
using System.Text.Json;
using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.UnitTests.Host.Configuration.Sources;
using InboundBridge.UnitTests.MailFlow.Spool;
using InboundBridge.Yaml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>
/// The API of a real appliance over a real spool, asked in memory: routing, gate and answers are the product's, only the wire is missing.
/// Only tests start the queue, so that nothing changes by itself.
/// </summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    private readonly SpoolFolder _folder;
    private readonly ServiceProvider _services;
    private readonly ScriptWorkers _scripts;

    private readonly List<string> _settings;

    private ApiFixture(
        ApplianceCore core, ApplianceLog output, SpoolFolder folder, WatchedTimeProvider clock, CaptureLog log, ScriptWorkers scripts,
        List<string> settings)
    {
        (Core, Output, _folder, Clock, Log, _scripts, _settings) = (core, output, folder, clock, log, scripts, settings);
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton(new System.Diagnostics.DiagnosticListener("tests"));
        services.AddRouting();
        _services = services.BuildServiceProvider();
        var application = new ApplicationBuilder(_services);
        core.UseHttp(application);
        application.UseEndpoints(
            routes => Routes = [.. routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()]);
        Way = new InMemoryWay(application.Build(), _services);
    }

    public ApplianceCore Core { get; }

    public IMailSpool Spool => Core.Spool.Spool;

    public MailQueue Queue => Core.Delivery.Queue;

    public ReceptionServices Reception => Core.Reception.Services;

    public required FakeConfigurationFiles Files { get; init; }

    public string Folder => _folder.Path;

    /// <summary>The log as the program has it.</summary>
    public ApplianceLog Output { get; }

    public WatchedTimeProvider Clock { get; }

    public CaptureLog Log { get; }

    public IReadOnlyList<RouteEndpoint> Routes { get; private set; } = [];

    /// <summary>Hands requests to the routes.</summary>
    public InMemoryWay Way { get; }

    /// <param name="more">Keys of the configuration.</param>
    /// <param name="rules">A rule file.</param>
    /// <param name="prepare">Lays files where the configuration names them; <c>{folder}</c> in it is a real folder.</param>
    public static async Task<ApiFixture> CreateAsync(
        string more = "", string rules =
        "rules:\n  - { name: all, then: [ webhook: hook ] }\n", Action<string, FakeConfigurationFiles>? prepare = null)
    {
        var folder = new SpoolFolder();
        var files = new FakeConfigurationFiles();
        files.Texts["/work/inboundbridge.yaml"] = $$"""
            hostname: mx.example.com
            domains: [example.com]
            spool: { path: "{{folder.Path}}", minimum_free: 0 }
            dns: { servers: ["127.0.0.1:9"] }
            destinations:
              hook: { webhook: { url: "http://127.0.0.1:9/" } }
              other: { webhook: { url: "http://127.0.0.1:9/" } }
            {{more}}
            """;
        files.Texts["/work/rules/a.yaml"] = rules;
        more = more.Replace("{folder}", folder.Path, StringComparison.Ordinal);
        prepare?.Invoke(folder.Path, files);
        files.Texts["/work/inboundbridge.yaml"] =
            files.Texts["/work/inboundbridge.yaml"].Replace("{folder}", folder.Path, StringComparison.Ordinal);
        var settings = new List<string>();
        var source =
            new ConfigurationSource
            {
                Set = settings,
                Environment = new Dictionary<string, string>(StringComparer.Ordinal),
                CurrentFolder = "/work",
                MachineName = "mx",
                Files = files
            };
        var problems = new SourceProblems();
        var scripts = new ScriptWorkers(TimeProvider.System);
        var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, CancellationToken.None);
        Assert.True(setup is not null, string.Join('\n', problems.Items));
        var (clock, log) = (new WatchedTimeProvider(), new CaptureLog());
        var output = new ApplianceLog(setup.Options.Log, clock, Stream.Null);
        var core =
            await ApplianceCore.CreateAsync(
                setup, new OneLog(log), clock, CancellationToken.None, new ReloadSource(source, scripts, output));
        return new ApiFixture(core, output, folder, clock, log, scripts, settings) { Files = files };
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(Way, disposeHandler: false) { BaseAddress = new Uri("http://localhost/") };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Reads the configuration again, with settings laid over it as <c>--set</c> does.</summary>
    public Task<ReloadOutcome> ReloadAsync(params string[] settings)
    {
        _settings.Clear();
        _settings.AddRange(settings.Select(setting => setting.Replace("{folder}", Folder, StringComparison.Ordinal)));
        return Core.Reloader!.ReloadAsync("test", CancellationToken.None);
    }

    /// <summary>The status of a request with these fields.</summary>
    public async Task<HttpStatusCode> StatusAsync(string request, params (string Name, string Value)[] fields)
    {
        using var answer = await SendAsync(request, fields);
        return answer.StatusCode;
    }

    public async Task<HttpResponseMessage> SendAsync(string request, params (string Name, string Value)[] fields)
    {
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in fields)
            message.Headers.TryAddWithoutValidation(name, value);
        using var client = Client();
        return await client.SendAsync(message);
    }

    /// <summary>Sends a request, expects a status, and returns the JSON (undefined if there is none).</summary>
    public async Task<JsonElement> AskAsync(
        string request, HttpStatusCode expected = HttpStatusCode.OK, string? body = null, string type = "application/json")
    {
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            message.Content = new StringContent(body, Encoding.UTF8, type);
        using var client = Client();
        using var answer = await client.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{request}: {(int)answer.StatusCode} {text}");
        if ((int)answer.StatusCode >= 400)
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return text.Length == 0
            || !(answer.Content.Headers.ContentType?.MediaType ?? "").Contains("json", StringComparison.Ordinal)
            ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>A mail in by HTTP; its id.</summary>
    public async Task<string> SubmitAsync(string subject, string to = "ann@example.com", string from = "al@sender.test") =>
        (await AskAsync(
            $"POST /api/v1/messages?from={from}&to={to}", HttpStatusCode.Created, $"From: {from}\r\nSubject: {subject}\r\n\r\nHello\r\n",
            "message/rfc822")).GetProperty("id").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Core.BeginStop();
        await Core.DisposeAsync();
        Output.Dispose();
        await _services.DisposeAsync();
        await _scripts.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class OneLog(CaptureLog log) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
