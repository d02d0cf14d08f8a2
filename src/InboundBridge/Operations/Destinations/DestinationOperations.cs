using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Operations.Principals;

namespace InboundBridge.Operations.Destinations;

/// <summary>Destinations: lists, pauses, resumes and tests them.</summary>
internal sealed class DestinationOperations(MailQueue queue, DestinationNames names, AuditLog audit)
{
    /// <summary>Characters of a reason.</summary>
    public const int LongestReason = 200;

    /// <summary>What is wrong with a reason for a pause; null: nothing.</summary>
    public static string? ProblemOf(string? reason) => reason?.Length > LongestReason || reason?.Any(char.IsControl) == true
        ? $"may have at most {LongestReason} characters on one line" : null;

    public Task<IReadOnlyList<DestinationStatus>> ListAsync(Principal who, CancellationToken cancellationToken)
    {
        who.Demand(Operation.ListDestinations);
        return queue.ListDestinationsAsync(cancellationToken);
    }

    /// <summary>False for an unknown destination.</summary>
    /// <param name="reason">Why, for other operators; null: who paused it.</param>
    public async Task<bool> PauseAsync(Principal who, string name, string? reason, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Pause);
        if (!await queue.PauseAsync(name, reason is null ? $"paused by {who.Name}" : $"{reason} ({who.Name})", cancellationToken))
            return false;
        audit.Changed(who, Operation.Pause, name, 1);
        return true;
    }

    /// <summary>False for an unknown destination.</summary>
    public async Task<bool> ResumeAsync(Principal who, string name, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Resume);
        if (!await queue.ResumeAsync(name, cancellationToken))
            return false;
        audit.Changed(who, Operation.Resume, name, 1);
        return true;
    }

    /// <summary>Asks a destination whether it answers. Delivers nothing.</summary>
    public async Task<DestinationTestOutcome> TestAsync(Principal who, string name, CancellationToken cancellationToken)
    {
        who.Demand(Operation.Test);
        if (!names.IsConfigured(name) || await queue.TestAsync(name, cancellationToken) is not { } outcome)
            return new DestinationTestOutcome.Unknown();
        return new DestinationTestOutcome.Answered(outcome);
    }

    /// <summary>Sends a webhook a signed test event.</summary>
    public async Task<DestinationTestOutcome> SendTestEventAsync(Principal who, string name, CancellationToken cancellationToken)
    {
        who.Demand(Operation.TestEvent);
        if (!names.IsConfigured(name))
            return new DestinationTestOutcome.Unknown();
        if (await queue.SendTestEventAsync(name, cancellationToken) is not { } outcome)
            return new DestinationTestOutcome.TakesOnlyMail();
        audit.Changed(who, Operation.TestEvent, name, 1);
        return new DestinationTestOutcome.Answered(outcome);
    }
}
