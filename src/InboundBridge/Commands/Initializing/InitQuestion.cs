namespace InboundBridge.Commands.Initializing;

/// <summary>A question of <c>init</c>, and how its answer is read.</summary>
/// <param name="Text">What a person is asked.</param>
/// <param name="Option">The option that answers it.</param>
/// <param name="Default">Taken where nothing is answered.</param>
/// <param name="Problem">Says what is wrong with an answer; null: nothing.</param>
internal sealed record InitQuestion(string Text, string Option, string Default, Func<string, string?> Problem);
