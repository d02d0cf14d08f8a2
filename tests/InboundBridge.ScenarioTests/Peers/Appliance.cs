using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// The product as a real process with the scenario's configuration. It can be stopped gracefully
/// or by kill -9, and restarted on the same data and ports.
/// </summary>
internal sealed partial class Appliance : IAsyncDisposable
{
    /// <summary>
    /// A placeholder for the listener's address in a configuration: any free port at first, and the same port after a restart.
    /// </summary>
    public const string SmtpAddress = "{smtp}";

    public const string HttpAddress = "{http}";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly PeerFolder _folder;
    private readonly List<string> _earlierLogs = [];
    private readonly string _name;
    private string _template;
    private PeerProcess? _process;
    private IReadOnlyDictionary<string, string>? _environment;

    private Appliance(PeerFolder folder, string template, string name)
    {
        _folder = folder;
        _template = template;
        _name = name;
    }

    public int SmtpPort { get; private set; }

    public int HttpPort { get; private set; }

    public string ConfigurationFile => _folder[$"{_name}.yaml"];

    public PeerProcess Process => _process ?? throw new InvalidOperationException("the appliance is not running");

    /// <summary>The output since the first start.</summary>
    public string Log => string.Join("\n--- started again ---\n", [.. _earlierLogs, _process?.Log ?? ""]);

    /// <summary>The command that runs the product: the build beside the tests, or the one that INBOUNDBRIDGE_DLL names.</summary>
    public static string Dll { get; } =
        Environment.GetEnvironmentVariable("INBOUNDBRIDGE_DLL") is { Length: > 0 } dll
            ? dll
            : Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll");

    /// <param name="environment">Variables of its process, besides those of the test.</param>
    public static async Task<Appliance> StartAsync(
        PeerFolder folder, string configuration, string name = "inboundbridge", IReadOnlyDictionary<string, string>? environment = null)
    {
        var appliance = new Appliance(folder, configuration, name) { _environment = environment };
        await appliance.StartAsync();
        return appliance;
    }

    /// <summary>Runs another command of the product and waits for its end.</summary>
    public static Task<PeerResult> RunAsync(IEnumerable<string> arguments, string? workingDirectory = null, Deadline? deadline = null) =>
        PeerProcess.RunAsync("inboundbridge", "dotnet", [Dll, .. arguments], workingDirectory: workingDirectory, deadline: deadline);

    /// <summary>Starts the product; after a stop, on the same data and ports as before.</summary>
    public async Task StartAsync()
    {
        WriteConfiguration();
        _process = PeerProcess.Start(_name, "dotnet", [Dll, "run", "--config", ConfigurationFile], _folder.Path, _environment);
        await _process.LineAsync(Ready());
        SmtpPort = Listeners().FirstOrDefault(endpoint => endpoint.Kind == "smtp").Port;
        HttpPort = Listeners().FirstOrDefault(endpoint => endpoint.Kind == "http").Port;
    }

    public async Task KillAsync()
    {
        await Process.KillAsync();
        await ForgetProcessAsync();
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> StopAsync(Deadline? deadline = null)
    {
        Process.Terminate();
        var exitCode = await Process.ExitAsync(deadline);
        await ForgetProcessAsync();
        return exitCode;
    }

    /// <summary>Writes a new configuration. The running appliance notices it, or is told by <see cref="PeerProcess.HangUp"/>.</summary>
    public void Reconfigure(string configuration)
    {
        _template = configuration;
        WriteConfiguration();
    }

    /// <summary>A copy of the configuration with the ports that the appliance has chosen, for other commands.</summary>
    public string ConfigurationWithPorts() => _folder.Write($"{_name}-with-ports.yaml", Configuration());

    public string Url(string path) => $"http://127.0.0.1:{HttpPort}{path}";

    public async Task<JsonElement> GetJsonAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(Url(path));

    public async Task<string> GetTextAsync(string path) => await Http.GetStringAsync(Url(path));

    /// <summary>
    /// The stored octets of the messages that a filter of the API finds, for example <c>recipient=al@example.com</c>; the newest first.
    /// </summary>
    public async Task<IReadOnlyList<byte[]>> MailsAsync(string filter)
    {
        var mails = new List<byte[]>();
        foreach (var item in (await GetJsonAsync($"/api/v1/messages?{filter}")).GetProperty("items").EnumerateArray())
            mails.Add(await Http.GetByteArrayAsync(Url($"/api/v1/messages/{item.GetProperty("id").GetString()}/raw")));
        return mails;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent? content = null) => await Http.PostAsync(Url(path), content);

    /// <summary>The port of a listener, by its name in the configuration.</summary>
    public int PortOf(string listener) => Listeners().Single(endpoint => endpoint.Name == listener).Port;

    /// <summary>The number of deliveries in a state: pending, retrying, delivered, dead, held or cancelled.</summary>
    public async Task<int> DeliveriesAsync(string state) => (int)await MetricAsync("inboundbridge_deliveries", $"state=\"{state}\"");

    /// <summary>Waits until nothing is left to deliver.</summary>
    public Task QueueEmptyAsync() => Deadline.Usual.UntilAsync(
        async () => await DeliveriesAsync("pending") + await DeliveriesAsync("retrying") == 0, "an empty queue", () => Log);

    /// <summary>Waits until a destination is paused.</summary>
    public Task PausedAsync(string destination) => Deadline.Usual.UntilAsync(
        async () => await MetricAsync("inboundbridge_destination_paused", $"destination=\"{destination}\"") == 1, "the pause", () => Log);

    /// <summary>Waits for a text in the log, because log lines are written some milliseconds later.</summary>
    public Task LoggedAsync(string text) => Deadline.Usual.UntilAsync(
        () => Log.Contains(text, StringComparison.Ordinal), $"'{text}' in the log", () => Log);

    /// <summary>
    /// The value of a counter or gauge in /metrics, summed over the series whose labels contain every given part, for example
    /// <c>state="dead"</c>.
    /// </summary>
    public async Task<double> MetricAsync(string name, params string[] labels)
    {
        var lines = (await GetTextAsync("/metrics")).Split('\n');
        return lines
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).First(
                part => !part.StartsWith("inboundbridge", StringComparison.Ordinal)), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }

    [GeneratedRegex(@"\bready\b")]
    private static partial Regex Ready();

    [GeneratedRegex(@"listening kind=(smtp|http) name=(\S+) address=.*:(\d+)\s*$")]
    private static partial Regex Listening();

    private IEnumerable<(string Kind, string Name, int Port)> Listeners() => Process.Lines
        .Select(line => Listening().Match(line))
        .Where(match => match.Success)
        .Select(match => (match.Groups[1].Value, match.Groups[2].Value, int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture)));

    private void WriteConfiguration() => File.WriteAllText(ConfigurationFile, Configuration());

    private string Configuration() =>
        _template.Replace(SmtpAddress, $"127.0.0.1:{SmtpPort}", StringComparison.Ordinal)
            .Replace(HttpAddress, $"127.0.0.1:{HttpPort}", StringComparison.Ordinal);

    private async Task ForgetProcessAsync()
    {
        _earlierLogs.Add(Process.Log);
        await Process.DisposeAsync();
        _process = null;
    }
}
