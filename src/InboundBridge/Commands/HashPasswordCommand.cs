using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Terminal;

namespace InboundBridge.Commands;

/// <summary>
/// <c>hash-password</c>: hashes a secret for users and API tokens. The secret is never an argument: every user of the machine can read
/// the command lines of processes.
/// </summary>
internal sealed class HashPasswordCommand(CommandConsole console)
{
    private readonly Option<int> _iterations =
        NumberOption.Create(
            "--iterations", [], "Iterations of PBKDF2-HMAC-SHA256: the cost of each guess.", SecretHash.DefaultIterations, 1000, SecretHash.MostIterations);

    private readonly Option<bool> _generate = new("--generate")
    {
        Description =
            "Make an API token of 256 random bits and print it with its digest for http.tokens, which is fast to check. Reads nothing.",
    };

    public Command Create()
    {
        var command =
            new Command(
                "hash-password",
                "Reads a secret from a prompt or from the first line of standard input and prints its hash.") { _iterations, _generate };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_generate) && result.GetResult(_iterations) is { Implicit: false })
                result.AddError("--iterations is for secrets that people choose: the random token of --generate needs none");
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
            await console.Error.WriteLineAsync(secret is not null ? "an empty secret protects nothing: give a longer one"
                : console.AskSecret is null
                ? "nothing was read from standard input: give the secret as its first line" : "the two secrets differ: nothing was hashed");
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
        await console.Error.WriteLineAsync("The token is shown only once. Put the hash into http.tokens of the configuration, in quotes.");
        return ExitCode.Done;
    }

    private static string? AskTwice(Func<string, string?> ask)
    {
        var secret = ask("Secret: ");
        return ask("Again: ") == secret ? secret : null;
    }
}
