namespace InboundBridge.Ui.Pages.SignIn;

/// <param name="To">The page to go to afterwards.</param>
/// <param name="Problem">Why the last attempt failed; null at the first.</param>
public sealed record SignInModel(string To, string? Problem);
