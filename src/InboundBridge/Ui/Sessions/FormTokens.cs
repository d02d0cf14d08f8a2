using System.Security.Cryptography;
using System.Text;

namespace InboundBridge.Ui.Sessions;

/// <summary>
/// The antiforgery token of every form: a keyed digest of the session, with a key of this process. A page of another site can't read it, so
/// it can't send our forms. No token is stored.
/// </summary>
internal sealed class FormTokens
{
    public const string FieldName = "form_token";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <param name="formKey">Names the session.</param>
    public string For(string formKey) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(formKey)));

    public bool Fits(string formKey, string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(For(formKey)), Encoding.UTF8.GetBytes(token));
}
