using System.CommandLine;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Initializing;

/// <summary>Answers questions by the options of the command line, else by a person, else by the default.</summary>
internal sealed class InitInterview(CommandConsole console, ParseResult arguments, bool takesDefaults)
{
    /// <summary>Somebody who answers nonsense so often is no person.</summary>
    private const int MostTries = 10;

    /// <summary>Why there is no answer; null: each question had one so far.</summary>
    public string? Problem { get; private set; }

    /// <summary>An option had a bad value, which is a wrong use of the command.</summary>
    public bool IsUsage { get; private set; }

    /// <returns>Empty after a problem.</returns>
    public string Ask(InitQuestion question)
    {
        if (Problem is not null)
            return string.Empty;
        if (arguments.GetValue<string?>(question.Option) is { } given)
        {
            IsUsage = (Problem = question.Problem(given)) is not null;
            Problem = IsUsage ? $"{question.Option}: {Problem}" : null;
            return IsUsage ? string.Empty : given;
        }
        return takesDefaults ? question.Default : AskPerson(question);
    }

    private string AskPerson(InitQuestion question)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (console.Ask?.Invoke($"{question.Text} [{question.Default}]: ") is not { } typed)
                break;
            var answer = typed.Trim() is { Length: > 0 } said ? said : question.Default;
            if (question.Problem(answer) is not { } problem)
                return answer;
            console.Error.WriteLine($"  {problem}");
        }
        Problem = "there was no answer, so nothing was written";
        return string.Empty;
    }
}
