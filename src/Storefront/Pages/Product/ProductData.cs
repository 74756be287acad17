using System.Text;
using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Storefront.Api;
using Doorbuster.Storefront.Languages;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Components;

namespace Doorbuster.Storefront.Pages.Product;

/// <summary>The product for search engines: schema.org data in a block that no browser runs, so the policy allows it.</summary>
internal static class ProductData
{
    public static MarkupString Script(ApiProduct product, PageContext page)
    {
        var address = page.Origin + page.Language.Link($"/products/{Uri.EscapeDataString(product.Sku)}");
        using var buffer = new MemoryStream();
        // Its encoder leaves no '<' as it is, so that nothing in a product's text can end the block.
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("@context", "https://schema.org");
            json.WriteString("@type", "Product");
            json.WriteString("name", product.Title);
            json.WriteString("sku", product.Sku);
            json.WriteString("description", product.Description);
            json.WriteString("category", product.Category.Name);
            json.WriteString("url", address);
            if (product.Images.Count > 0)
            {
                json.WriteStartArray("image");
                foreach (var image in product.Images)
                    json.WriteStringValue(page.Absolute(image.Address));
                json.WriteEndArray();
            }
            json.WriteStartArray("offers");
            foreach (var variant in product.Variants)
            {
                json.WriteStartObject();
                json.WriteString("@type", "Offer");
                json.WriteString("sku", variant.Sku);
                json.WriteString("price", Currencies.Plain(variant.Price.Amount, variant.Price.Currency));
                json.WriteString("priceCurrency", variant.Price.Currency);
                json.WriteString("availability", "https://schema.org/" + (variant.StockBand switch
                {
                    "none" => "OutOfStock",
                    "plenty" => "InStock",
                    _ => "LimitedAvailability",
                }));
                json.WriteString("url", address);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return new($"<script type=\"application/ld+json\">{Encoding.UTF8.GetString(buffer.ToArray())}</script>");
    }
}
