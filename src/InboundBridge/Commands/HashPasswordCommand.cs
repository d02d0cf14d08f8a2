using System.CommandLine;
using InboundBridge.Configuration;

namespace InboundBridge.Commands;

/// <summary><c>hash-password</c>: for users and API tokens. The secret never stands on a command line, where every user of the machine could read it.</summary>
internal sealed class HashPasswordCommand(CommandConsole console)
{
    private readonly Option<int> _iterations = new("--iterations")
    {
        Description = "Cost of a guess (PBKDF2-HMAC-SHA256).",
        HelpName = "N",
        DefaultValueFactory = _ => SecretHash.DefaultIterations,
    };

    private readonly Option<bool> _generate = new("--generate")
    {
        Description = "Make an API token of 256 random bits and print it with its digest for http.tokens, which is fast to check. Nothing is read.",
    };

    public Command Create()
    {
        _iterations.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1000 or > SecretHash.MostIterations)
                result.AddError($"--iterations takes 1000 to {SecretHash.MostIterations}");
        });
        var command = new Command("hash-password", "Reads a secret from a prompt or from the first line of standard input and prints its hash.") { _iterations, _generate };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_generate) && result.GetResult(_iterations) is { Implicit: false })
                result.AddError("--iterations is for secrets that people choose: a token of --generate needs none");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_generate))
            return await GenerateAsync();
        var secret = console.AskSecret is { } ask ? AskTwice(ask) : await console.In.ReadLineAsync(cancellationToken);
        if (string.IsNullOrEmpty(secret))
        {
            await console.Error.WriteLineAsync(secret is null ? "the two differ, or nothing was read" : "an empty secret protects nothing");
            return ExitCode.Failed;
        }
        await console.Out.WriteLineAsync(SecretHash.Make(secret, arguments.GetValue(_iterations)));
        return ExitCode.Done;
    }

    private async Task<int> GenerateAsync()
    {
        var token = TokenDigest.MakeToken();
        await console.Out.WriteLineAsync($"token: {token}");
        await console.Out.WriteLineAsync($"hash: {TokenDigest.Make(token)}");
        await console.Error.WriteLineAsync("The token is shown this once. The hash goes into http.tokens of the configuration, in quotes.");
        return ExitCode.Done;
    }

    private static string? AskTwice(Func<string, string?> ask)
    {
        var secret = ask("Secret: ");
        return ask("Again: ") == secret ? secret : null;
    }
}
