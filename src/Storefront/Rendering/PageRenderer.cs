using System.Text;
using Doorbuster.Storefront.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Storefront.Rendering;

/// <summary>
/// Components to HTML, outside of any request: the same for pages, for what is published and for mail. They stay what they are;
/// there is no script of the framework.
/// </summary>
public sealed class PageRenderer(IServiceProvider services, ILoggerFactory logs)
{
    private const int UsualLength = 32 * 1024;

    /// <param name="component">A <see cref="View{TModel}"/>.</param>
    public async Task<byte[]> Render(Type component, object model, PageContext context)
    {
        await using var renderer = new HtmlRenderer(services, logs);
        var text = new StringWriter(new StringBuilder(UsualLength), System.Globalization.CultureInfo.InvariantCulture);
        await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<Root>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(Root.Context)] = context,
                [nameof(Root.Component)] = component,
                [nameof(Root.Model)] = model,
            }));
            root.WriteHtmlTo(text);
        });
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
