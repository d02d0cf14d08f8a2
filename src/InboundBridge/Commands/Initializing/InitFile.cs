namespace InboundBridge.Commands.Initializing;

/// <summary>A file that <c>init</c> writes.</summary>
/// <param name="Name">Below the folder.</param>
/// <param name="About">What it is, in the list of what was written.</param>
/// <param name="IsSecret">Only its owner can read it.</param>
internal sealed record InitFile(string Name, string Text, string About, bool IsSecret = false);
