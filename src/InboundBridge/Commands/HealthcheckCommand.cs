using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using InboundBridge.Commands.Parsing;
using InboundBridge.Commands.Remote;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Values;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands;

/// <summary>
/// <c>healthcheck</c>: asks the running appliance whether it is ready, at the address where the configuration says that it listens.
/// </summary>
internal sealed class HealthcheckCommand(SharedOptions shared, CommandConsole console)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Command Create()
    {
        var command = new Command("healthcheck", "Exit code 0 when the appliance is ready (GET /readyz).");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new SourceProblems();
        if (ListenAddressReader.Read(shared.Source(arguments), problems) is not { } where)
        {
            foreach (var problem in problems.Items.Where(problem => !problem.IsWarning))
                await console.Error.WriteLineAsync(problem.ToString());
            return ExitCode.Failed;
        }
        var problemText = await AskAsync(ApplianceConnection.Reachable(where.Address), where.IsTls, cancellationToken);
        if (problemText is null)
            return ExitCode.Done;
        await console.Error.WriteLineAsync($"not ready: {problemText}");
        return ExitCode.Failed;
    }

    /// <returns>Null when it is ready.</returns>
    [SuppressMessage(
        "Security", "CA5359", Justification = "The certificate is for names other than localhost, and nothing secret is sent.")]
    private static async Task<string?> AskAsync(EndPoint server, bool isTls, CancellationToken cancellationToken)
    {
        using var handler = ApplianceConnection.To(server);
        // The certificate is for names other than localhost. Nothing secret is sent, and an
        // impostor on our own port could answer "ready" anyway.
#pragma warning disable CA5359 // Deliberate, see above.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer =
                await client.GetAsync(new Uri(isTls ? "https://localhost/readyz" : "http://localhost/readyz"), cancellationToken);
            return answer.IsSuccessStatusCode
                ? null : $"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync(cancellationToken)).Trim()}";
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return $"{EndPointText.Format(server)}: {exception.GetBaseException().Message}";
        }
    }
}
