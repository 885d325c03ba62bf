import { createClient } from "@supabase/supabase-js";

export const supabase = createClient(
  "https://abcdefghijklmnopqrst.supabase.co",
  "key",
);
