using Microsoft.AspNetCore.Http;

namespace Doorbuster.Storefront.Rendering;

internal static class PageForm
{
    /// <summary>What was sent; empty when it is no form, null when it is one that cannot be read: thousands of fields, or NUL in
    /// one, which the framework tells by exceptions.</summary>
    public static async Task<IFormCollection?> Read(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
            return FormCollection.Empty;
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }
}
